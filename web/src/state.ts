/**
 * What is being looked at, and how it stands in the address. Pure: an address gives a state,
 * a state gives its address, and what is as usual is left out.
 */

export type Lang = "zh" | "en";

export interface Filters {
  /** Types shown; none named: all. */
  readonly types: readonly string[];
  /** Relations shown; none named: all. */
  readonly predicates: readonly string[];
  /** First and last day: `2023`, `2023-09` or `2023-09-21`; empty: open. */
  readonly since: string;
  readonly until: string;
  /** Least confidence, 0 to 1. */
  readonly confidence: number;
  /** Most things shown. */
  readonly limit: number;
}

export interface ViewState extends Filters {
  readonly lang: Lang;
  /** IRI of the thing in the middle; empty: the best connected things of the graph. */
  readonly around: string;
  /** Steps from the middle, 1 to 3. */
  readonly hops: number;
  /** IRI of the thing in the side panel; empty: none. */
  readonly selected: string;
  /** Subject, predicate and object of the relation in the side panel, parted by blanks; empty: none. */
  readonly edge: string;
  /** Things whose neighbours were fetched too. */
  readonly expanded: readonly string[];
}

export const LIMITS = [50, 100, 150, 300, 500] as const;

export const START: ViewState = {
  lang: "zh",
  around: "",
  hops: 1,
  types: [],
  predicates: [],
  since: "",
  until: "",
  confidence: 0,
  limit: 150,
  selected: "",
  edge: "",
  expanded: [],
};

const DAY = /^\d{4}(?:-(\d{2})(?:-(\d{2}))?)?$/;
const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

/** Say whether a text is a year, a month or a day that the calendar has. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  if (!match) return false;
  const [month, day] = [match[1], match[2]];
  if (month !== undefined && !(Number(month) >= 1 && Number(month) <= 12)) return false;
  if (day === undefined) return true;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function number(text: string | null, low: number, high: number, usual: number): number {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
}

function names(text: string | null): string[] {
  return [...new Set((text ?? "").split(",").filter((name) => NAME.test(name)))].sort();
}

function iri(text: string | null): string {
  return text !== null && /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text) ? text : "";
}

/** Return the language an address asks for; Chinese where it asks for none that we have. */
export function langOf(search: string): Lang {
  return new URLSearchParams(search).get("lang") === "en" ? "en" : "zh";
}

/** Return the state an address (`?…`) stands for. What cannot be read counts as not given. */
export function parseState(search: string): ViewState {
  const given = new URLSearchParams(search);
  const day = (key: string) => (isDay(given.get(key) ?? "") ? (given.get(key) as string) : "");
  const edge = (given.get("edge") ?? "").split(" ");
  return {
    lang: langOf(search),
    around: iri(given.get("around")),
    hops: Math.round(number(given.get("hops"), 1, 3, START.hops)),
    types: names(given.get("types")),
    predicates: names(given.get("predicates")),
    since: day("since"),
    until: day("until"),
    confidence: number(given.get("min_confidence"), 0, 1, START.confidence),
    limit: Math.round(number(given.get("limit"), 10, 500, START.limit)),
    selected: iri(given.get("selected")),
    edge: edge.length === 3 && iri(edge[0]!) && NAME.test(edge[1]!) && iri(edge[2]!) ? edge.join(" ") : "",
    expanded: [...new Set(given.getAll("expand").map(iri).filter(Boolean))],
  };
}

/** Percent-encode a value for the query part of an address, leaving `:`, `/` and `,` to be read. */
export function encode(value: string): string {
  return encodeURIComponent(value).replace(/%3A/g, ":").replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%20/g, "+");
}

/** Return a query part (`?a=b&c=d`, or nothing) of keys and values; empty values are left out. */
export function queryPart(pairs: ReadonlyArray<readonly [string, string]>): string {
  const told = pairs.filter(([, value]) => value !== "");
  return told.length ? `?${told.map(([key, value]) => `${key}=${encode(value)}`).join("&")}` : "";
}

/** Return the address of a state: `parseState(formatState(state))` is the state again. */
export function formatState(state: ViewState): string {
  const unless = (usual: string | number, value: string | number) => (value === usual ? "" : String(value));
  return queryPart([
    ["lang", unless(START.lang, state.lang)],
    ["around", state.around],
    ["hops", unless(START.hops, state.hops)],
    ["types", [...state.types].sort().join(",")],
    ["predicates", [...state.predicates].sort().join(",")],
    ["since", state.since],
    ["until", state.until],
    ["min_confidence", unless(START.confidence, state.confidence)],
    ["limit", unless(START.limit, state.limit)],
    ["selected", state.selected],
    ["edge", state.edge],
    ...state.expanded.map((expanded) => ["expand", expanded] as const),
  ]);
}

/** Return the query part with which a state's graph is asked of the server. */
export function graphQuery(state: ViewState, around = state.around, hops = state.hops): string {
  return queryPart([
    ["around", around],
    ["hops", around ? String(hops) : ""],
    ["types", state.types.join(",")],
    ["predicates", state.predicates.join(",")],
    ["since", state.since],
    ["until", state.until],
    ["min_confidence", state.confidence ? String(state.confidence) : ""],
    ["limit", String(state.limit)],
  ]);
}

/** Say whether two states show the same graph (they may differ in what is selected). */
export function sameGraph(a: ViewState, b: ViewState): boolean {
  return graphQuery(a) === graphQuery(b) && a.expanded.join(" ") === b.expanded.join(" ");
}

/**
 * Return the choice after one name of `all` was switched on or off; an empty choice stands for all of
 * them. Switching the last one off gives all again, since a graph of nothing tells nothing.
 */
export function toggle(chosen: readonly string[], name: string, all: readonly string[]): string[] {
  const now = new Set(chosen.length ? chosen.filter((other) => all.includes(other)) : all);
  if (!now.delete(name)) now.add(name);
  return now.size === all.length || now.size === 0 ? [] : all.filter((other) => now.has(other)).sort();
}
