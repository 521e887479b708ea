"""The spaCy pipeline: the same steps as extraction, on a `Doc` with one token per character."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from kg.errors import KGError
from kg.extract import pipeline
from kg.extract.spacy_doc import read_doc
from kg.text.article import parse_article

TEXT = "云港市签约仪式\n\n9月21日，大连市政府与沈阳恒岳机械有限公司签约，总投资3.5亿元。"


def test_a_document_holds_what_extraction_finds() -> None:
    article = parse_article(TEXT, doc="a")
    doc, found = read_doc(article), pipeline.extract(article)
    assert [token.text for token in doc] == list(article.normal)
    assert doc._.reading.entities == found.entities
    assert doc._.reading.observations == found.observations
    spans = sorted((m.start, m.end, m.type) for e in found.entities for m in e.mentions)
    assert spans
    assert sorted((s.start, s.end, s.label_) for s in doc.spans["names"]) == spans


def test_steps_can_be_left_out() -> None:
    article = parse_article(TEXT, doc="a")
    without = ("kg_tagged_names", "kg_dates")
    doc = read_doc(article, without=without)
    assert doc._.reading.tagged is None
    assert not doc._.reading.periods
    assert doc._.reading.entities == pipeline.read(article, without=without).entities


@pytest.mark.parametrize(
    ("without", "told"),
    [
        (("kg_names",), "no step 'kg_names'; there are kg_segment, "),
        (("kg_context",), "kg_relations and kg_observations cannot do without kg_context"),
        (("kg_context", "kg_relations"), "kg_observations cannot do without kg_context"),
    ],
)
def test_steps_that_cannot_be_left_out_are_told(without: tuple[str, ...], told: str) -> None:
    article = parse_article(TEXT, doc="a")
    for read in (read_doc, pipeline.read, pipeline.extract):
        with pytest.raises(ValueError, match=told):
            read(article, without=without)


def test_names_alone_can_be_read() -> None:
    article = parse_article(TEXT, doc="a")
    found = pipeline.extract(article, without=("kg_context", "kg_relations", "kg_observations"))
    assert found.entities == pipeline.extract(article).entities
    assert (found.relations, found.observations) == ((), ())


def test_extraction_needs_no_spacy() -> None:
    code = (
        "import sys, kg\n"
        f"assert kg.extract({TEXT!r}).entities\n"
        "print([m for m in ('spacy', 'thinc') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_is_left_as_it_was(collecting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    article = parse_article(TEXT, doc="a")
    seen = []

    def failing(reading: pipeline.Reading) -> None:
        seen.append(gc.isenabled())
        raise KGError("no")

    monkeypatch.setattr(pipeline, "STEPS", (("kg_failing", failing),))
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        with pytest.raises(KGError):
            pipeline.extract(article)
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()
    assert seen == [False]
