/** Parts of a graph put together. */
import type { GraphPart } from "./api";

/** Return the union of parts; what several hold is taken from the first. */
export function merge(first: GraphPart, more: readonly GraphPart[]): GraphPart {
  const parts = [first, ...more];
  const once = <T extends { readonly id: string }>(lists: readonly (readonly T[])[]): T[] => {
    const found = new Map<string, T>();
    for (const list of lists) for (const item of list) if (!found.has(item.id)) found.set(item.id, item);
    return [...found.values()];
  };
  return {
    nodes: once(parts.map(({ nodes }) => nodes)),
    edges: once(parts.map(({ edges }) => edges)),
    truncated: parts.some(({ truncated }) => truncated),
  };
}
