"""The SPARQL endpoint and the pages, queried by Comunica, the query engine of the JavaScript world.

Runs if Node is installed and the variable COMUNICA names a folder that contains the package:

    npm install --prefix FOLDER @comunica/query-sparql
    COMUNICA=FOLDER python -m pytest tests/test_serve_comunica.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import served

FOLDER = Path(os.environ.get("COMUNICA", "-"))
PACKAGE = FOLDER / "node_modules" / "@comunica" / "query-sparql"
# the package may bring a newer Node than the system has
OWN = FOLDER / "node_modules" / ".bin" / "node"
NODE = str(OWN) if OWN.exists() else shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(not PACKAGE.is_dir(), reason="COMUNICA names no folder with @comunica/query-sparql"),
]

PROGRAM = """
const { QueryEngine } = require("@comunica/query-sparql");
const [server, iri] = process.argv.slice(2);
(async () => {
  const engine = new QueryEngine();
  const known = "PREFIX kg: <https://kg.example.org/ns#> " +
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> ";
  const names = known + "SELECT ?n { ?x a kg:Company ; skos:prefLabel ?n } ORDER BY ?n";
  const read = async (query, sources) =>
    (await (await engine.queryBindings(query, { sources })).toArray()).map((row) => row.get("n").value);
  const triples = await engine.queryQuads(
    known + "CONSTRUCT { ?x skos:prefLabel ?n } WHERE { ?x skos:prefLabel ?n }",
    { sources: [{ type: "sparql", value: server + "sparql" }] });
  console.log(JSON.stringify({
    endpoint: await read(names, [{ type: "sparql", value: server + "sparql" }]),
    found: await read(names, [server + "sparql"]),
    ask: await engine.queryBoolean(known + "ASK { ?x a kg:Company }", { sources: [server + "sparql"] }),
    quads: (await triples.toArray()).length,
    page: await read(
      known + `SELECT ?n { <${iri}> skos:prefLabel ?n }`, [server + iri.split("/").slice(3).join("/")]),
  }));
})();
"""


def test_comunica_asks_endpoint_and_pages(tmp_path: Path) -> None:
    served.write(tmp_path / "graph", served.articles())
    (FOLDER / "ask-kg.cjs").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-m", "kg", "serve", "--graph", str(tmp_path / "graph"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        server = process.stderr.readline().split(" at ")[1].split()[0]
        try:
            iri = f"{served.BASE}organization/红星纺织"
            done = subprocess.run(
                [str(NODE), "ask-kg.cjs", server, iri],
                cwd=FOLDER,
                capture_output=True,
                text=True,
                timeout=120,
            )
        finally:
            process.terminate()
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said["endpoint"]) == 5
    assert said["endpoint"] == said["found"]
    assert said["ask"] is True
    assert said["quads"] > 5
    assert said["page"] == ["红星纺织"]
