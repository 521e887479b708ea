/**
 * The first look at a graph. Its best connected things alone are nearly all places, joined by
 * "located in": true, and of little use. So more of them are asked for than are drawn, and no family
 * of types gets more than its share.
 */
import type { GraphPart, ThingNode } from "./api";

/** The most things that the server gives at once. */
const MOST = 2_000;
/** How many candidates are asked for each thing drawn. */
const EACH = 6;
/** The largest share of one family. */
const SHARE = 1 / 3;

/** Return how many things to ask for, of which `limit` will be drawn. */
export function candidates(limit: number): number {
  return Math.min(MOST, EACH * limit);
}

/**
 * Return at most `limit` things of a part with the relations between them.
 *
 * Things with more relations to other candidates come first, then by identifier; a thing that ends
 * without a relation to another that is drawn is left out, unless nothing has one.
 */
export function overview(part: GraphPart, limit: number): GraphPart {
  const links = new Map<string, number>();
  for (const { source, target } of part.edges)
    if (source !== target) for (const end of [source, target]) links.set(end, (links.get(end) ?? 0) + 1);
  const rank = (node: ThingNode) => links.get(node.id) ?? 0;
  const ranked = [...part.nodes].sort((a, b) => rank(b) - rank(a) || b.degree - a.degree || (a.id < b.id ? -1 : 1));
  const most = Math.max(1, Math.floor(limit * SHARE));
  const taken = new Map<string, number>();
  const chosen: ThingNode[] = [];
  const left: ThingNode[] = [];
  for (const node of ranked) {
    const count = taken.get(node.family) ?? 0;
    if (chosen.length < limit && count < most) {
      taken.set(node.family, count + 1);
      chosen.push(node);
    } else left.push(node);
  }
  // where there are few families, their share alone does not fill the picture
  chosen.push(...left.slice(0, limit - chosen.length));
  const inside = new Set(chosen.map(({ id }) => id));
  const edges = part.edges.filter(({ source, target }) => inside.has(source) && inside.has(target));
  const joined = new Set(edges.filter(({ source, target }) => source !== target).flatMap(({ source, target }) => [source, target]));
  const nodes = joined.size ? chosen.filter(({ id }) => joined.has(id)) : chosen;
  return { nodes, edges, truncated: part.truncated || nodes.length < part.nodes.length };
}
