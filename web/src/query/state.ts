/**
 * What the query page shows, in its address: a question with its values in the query part, or a query
 * of one's own behind `#query=`, where its length does not matter and no server log keeps it.
 */
import { encode, langOf, queryPart, type Lang } from "../state";

export interface QueryState {
  readonly lang: Lang;
  /** Name of a question; empty: none. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** The text of a query that is no question; empty: none. */
  readonly query: string;
}

/** Return the state that an address stands for. */
export function parseQueryState(search: string, hash: string): QueryState {
  const given = new URLSearchParams(search);
  const values: Record<string, string> = {};
  for (const [key, value] of given) if (key.startsWith("set.") && /^set\.\w+$/.test(key)) values[key.slice(4)] = value;
  const name = given.get("question") ?? "";
  return {
    lang: langOf(search),
    name: /^[a-z0-9-]+$/.test(name) ? name : "",
    values,
    query: new URLSearchParams(hash.replace(/^#/, "")).get("query") ?? "",
  };
}

/** Return the address of a state, from its query part on. */
export function formatQueryState(state: QueryState): string {
  const query = state.query ? `#query=${encode(state.query)}` : "";
  return (
    queryPart([
      ["lang", state.lang === "en" ? "en" : ""],
      ["question", state.name],
      ...Object.entries(state.values).map(([key, value]) => [`set.${key}`, value] as const),
    ]) + query
  );
}
