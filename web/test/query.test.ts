import { describe, expect, it } from "vitest";
import { escapeString, fillQuestion } from "../src/query/questions";
import { drawTable, pathOf, readResults, shorten, sortRows, type Row } from "../src/query/results";
import { formatQueryState, parseQueryState, type QueryState } from "../src/query/state";
import { speaker } from "../src/i18n";
import { otherLanguage } from "../src/shell";

const BASE = "https://kg.example.org/id/";
const question = {
  name: "q",
  zh: "问",
  en: "ask",
  parameters: [
    { name: "name", value: "太平湾" },
    { name: "minimum", value: "5000" },
  ],
  sparql: 'SELECT * { VALUES ?name { "太平湾"@zh } ?x kg:a ?name . VALUES ?minimum { 5000 } { VALUES ?name { "太平湾"@zh } } VALUES ?class { kg:A } }',
};

describe("a question", () => {
  it("is itself with its own values", () => expect(fillQuestion(question, {})).toBe(question.sparql));

  it("is filled wherever a parameter stands", () => {
    const filled = fillQuestion(question, { name: "大连", minimum: "12.5" });
    expect(filled.match(/\{ "大连"@zh \}/g)).toHaveLength(2);
    expect(filled).toContain("VALUES ?minimum { 12.5 }");
    expect(filled).toContain("VALUES ?class { kg:A }");
  });

  it.each(['"} . ?x ?y ?z #', "a\\", "a\nb", "$& $1 $'", "{}"])("keeps a value inside its quotes: %j", (value) => {
    const filled = fillQuestion(question, { name: value });
    expect(filled).toContain(`VALUES ?name { "${escapeString(value)}"@zh }`);
    // filled again it is as before, so nothing leaked out of the braces
    expect(fillQuestion({ ...question, sparql: filled }, {})).toBe(question.sparql);
  });

  it("takes only numbers for a number", () => {
    expect(() => fillQuestion(question, { minimum: "5 } DROP ALL" })).toThrow(RangeError);
  });
});

describe("the address of the query page", () => {
  it.each<QueryState>([
    { lang: "zh", name: "", values: {}, query: "" },
    { lang: "en", name: "what-links", values: { name: "招商局集团", other: "太平湾 &=#" }, query: "" },
    { lang: "zh", name: "", values: {}, query: "SELECT * {\n ?s ?p \"+%&#\" }" },
  ])("leads back to its state: %j", (state) => {
    const url = new URL(`http://localhost/query${formatQueryState(state)}`);
    expect(parseQueryState(url.search, url.hash)).toEqual(state);
  });

  it("changes its language and nothing else", () => {
    const here = { pathname: "/query", search: "?question=a&set.name=b", hash: "#query=x" };
    expect(otherLanguage("zh", here)).toBe("/query?lang=en&question=a&set.name=b#query=x");
    expect(otherLanguage("en", { ...here, search: "?lang=en&question=a" })).toBe("/query?question=a#query=x");
    expect(otherLanguage("en", { ...here, search: "?lang=en", hash: "" })).toBe("/query");
  });
});

describe("an answer", () => {
  it("is a table or a truth value, and else nothing", () => {
    expect(readResults({ head: {}, boolean: true })).toBe(true);
    expect(readResults({ head: { vars: ["a"] }, results: { bindings: [] } })).toEqual({ variables: ["a"], rows: [] });
    for (const bad of [null, 3, {}, { head: { vars: "a" } }]) expect(readResults(bad)).toBeNull();
  });

  it("shows IRIs short and leads to pages of this server only", () => {
    expect(shorten("https://kg.example.org/ns#Company", BASE)).toBe("kg:Company");
    expect(shorten(`${BASE}company/A%20厂`, BASE)).toBe("company/A 厂");
    expect(shorten("urn:x", BASE)).toBe("urn:x");
    expect(pathOf(`${BASE}company/A%20厂`, BASE)).toBe("/id/company/A%20%E5%8E%82");
    expect(pathOf(`${BASE}article/t01`, BASE)).toBe("/article/t01");
    expect(pathOf("https://elsewhere.example/", BASE)).toBeNull();
    expect(pathOf("javascript:alert(1)", BASE)).toBeNull();
    expect(pathOf("https://kg.example.org/id/x", "")).toBeNull();
  });

  const integer = "http://www.w3.org/2001/XMLSchema#integer";
  const rows: Row[] = [
    { n: { type: "literal", value: "10", datatype: integer } },
    {},
    { n: { type: "literal", value: "9", datatype: integer } },
  ];
  const shown = (sorted: Row[]) => sorted.map(({ n }) => n?.value);

  it("is sorted by number, missing values last both ways", () => {
    expect(shown(sortRows(rows, "n", false))).toEqual(["9", "10", undefined]);
    expect(shown(sortRows(rows, "n", true))).toEqual(["10", "9", undefined]);
  });

  it("is drawn as text", () => {
    const hostile = '<script>globalThis.broken=1</script><img src=x onerror="1">';
    const table = drawTable(
      {
        variables: ["a", hostile],
        rows: [{ a: { type: "literal", value: hostile }, [hostile]: { type: "uri", value: `${BASE}x"><script>` } }],
      },
      BASE,
      speaker("zh"),
    );
    expect(table.querySelector("script, img")).toBeNull();
    expect(table.textContent).toContain(hostile);
  });

  it("of many rows is drawn by and by", () => {
    const many = Array.from({ length: 500 }, (_, i): Row => ({ n: { type: "literal", value: String(i), datatype: integer } }));
    const table = drawTable({ variables: ["n"], rows: many }, BASE, speaker("en"));
    expect(table.querySelectorAll("tbody tr")).toHaveLength(200);
    table.querySelector<HTMLButtonElement>(".more button")!.click();
    expect(table.querySelectorAll("tbody tr")).toHaveLength(500);
    table.querySelector<HTMLButtonElement>("thead button")!.click();
    table.querySelector<HTMLButtonElement>("thead button")!.click();
    expect(table.querySelector("tbody td:nth-child(2)")!.textContent).toBe("499");
  });
});
