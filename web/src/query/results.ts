/** Answers of the SPARQL endpoint: read (pure), and drawn as a table, a word or triples. */
import { fill, h, tidy, type Child } from "../dom";
import type { Say } from "../i18n";

export interface Term {
  readonly type: "uri" | "literal" | "bnode" | "triple" | "typed-literal";
  readonly value: unknown;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}
export type Row = Readonly<Record<string, Term | undefined>>;
export interface Table {
  readonly variables: readonly string[];
  readonly rows: readonly Row[];
}

const PAGE = 200;
const LONGEST = 400;
export const PREFIXES: readonly (readonly [string, string])[] = [
  ["kg", "https://kg.example.org/ns#"],
  ["rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"],
  ["rdfs", "http://www.w3.org/2000/01/rdf-schema#"],
  ["skos", "http://www.w3.org/2004/02/skos/core#"],
  ["owl", "http://www.w3.org/2002/07/owl#"],
  ["xsd", "http://www.w3.org/2001/XMLSchema#"],
  ["dcterms", "http://purl.org/dc/terms/"],
  ["prov", "http://www.w3.org/ns/prov#"],
  ["schema", "https://schema.org/"],
];

/** Return the table or the truth value in SPARQL results JSON; null where it is neither. */
export function readResults(answer: unknown): Table | boolean | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { boolean, head, results } = answer as { boolean?: unknown; head?: { vars?: unknown }; results?: { bindings?: unknown } };
  if (typeof boolean === "boolean") return boolean;
  if (!Array.isArray(head?.vars) || !Array.isArray(results?.bindings)) return null;
  return { variables: head.vars as string[], rows: results.bindings as Row[] };
}

/** Return an IRI as people read it: with a prefix, without the base of things, or whole. */
export function shorten(iri: string, base: string): string {
  if (base && iri.startsWith(base)) {
    try {
      return decodeURI(iri.slice(base.length));
    } catch {
      return iri.slice(base.length);
    }
  }
  const known = PREFIXES.find(([, namespace]) => iri.startsWith(namespace));
  return known ? `${known[0]}:${iri.slice(known[1].length)}` : iri;
}

/** Return the path of this server at which an IRI under the base of things is told of; null for any other IRI. */
export function pathOf(iri: string, base: string): string | null {
  if (!base || !iri.startsWith(base) || iri.length === base.length) return null;
  const rest = iri.slice(base.length).split("/").map(segment).join("/");
  return rest.startsWith("article/") ? `/${rest}` : `/id/${rest}`;
}

function segment(text: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(text));
  } catch {
    return encodeURIComponent(text);
  }
}

const NUMERIC = /#(?:integer|decimal|double|float|int|long|nonNegativeInteger|gYear)$/;

/** Say whether a term is a number. */
export function isNumeric(term: Term | undefined): boolean {
  return Boolean(term?.datatype && NUMERIC.test(term.datatype) && Number.isFinite(Number(term.value)));
}

/** Return rows by one variable: numbers by size, all else as text, rows without a value last. */
export function sortRows(rows: readonly Row[], variable: string, falling: boolean): Row[] {
  const collator = new Intl.Collator("zh-CN", { numeric: true });
  const sign = falling ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[variable], b[variable]];
    if (!x || !y) return x ? -1 : y ? 1 : 0;
    if (isNumeric(x) && isNumeric(y)) return sign * (Number(x.value) - Number(y.value));
    return sign * collator.compare(String(x.value), String(y.value));
  });
}

/** Draw a table of which columns can be sorted; more than a page is drawn when asked for. */
export function drawTable(table: Table, base: string, say: Say): HTMLElement {
  let sorted: { variable: string; falling: boolean } | null = null;
  let shown = PAGE;
  const holder = h("div", { class: "answer-table" });
  const draw = () => {
    const rows = sorted ? sortRows(table.rows, sorted.variable, sorted.falling) : table.rows;
    fill(
      holder,
      h(
        "div",
        { class: "scroll", tabindex: "0" },
        h(
          "table",
          { class: "answer" },
          h("thead", {}, h("tr", {}, h("th", { class: "nth" }), table.variables.map(header))),
          h(
            "tbody",
            {},
            rows.slice(0, shown).map((row, index) =>
              h(
                "tr",
                {},
                h("td", { class: "nth" }, index + 1),
                table.variables.map((name) => h("td", { class: isNumeric(row[name]) ? "number" : null }, drawTerm(row[name], base))),
              ),
            ),
          ),
        ),
      ),
      rows.length > shown &&
        h(
          "p",
          { class: "more" },
          say("rowsOf", shown, rows.length),
          " ",
          h("button", { type: "button", class: "quiet", onclick: () => ((shown += 5 * PAGE), draw()) }, say("more", Math.min(5 * PAGE, rows.length - shown))),
        ),
    );
  };
  const header = (name: string): HTMLElement => {
    const mine = sorted?.variable === name ? sorted : null;
    return h(
      "th",
      { "aria-sort": mine ? (mine.falling ? "descending" : "ascending") : "none", scope: "col" },
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            sorted = { variable: name, falling: mine ? !mine.falling : false };
            draw();
          },
        },
        name,
        mine && (mine.falling ? " ↓" : " ↑"),
      ),
    );
  };
  draw();
  return holder;
}

function drawTerm(term: Term | undefined, base: string): Child {
  if (!term) return null;
  // a triple as a term, which a query may ask for, is shown as it was sent
  const value = typeof term.value === "string" ? term.value : JSON.stringify(term.value);
  if (term.type !== "uri") return h("span", { lang: term["xml:lang"] ?? null, title: term.datatype ? shorten(term.datatype, "") : null }, tidy(value, LONGEST));
  const path = pathOf(value, base);
  const text = tidy(shorten(value, base), 80);
  return path ? h("a", { href: path, title: tidy(value) }, text) : h("span", { class: "iri", title: tidy(value) }, text);
}
