/**
 * Where things are drawn. Pure and without chance: the same things and relations in any order give
 * the same picture. Runs in a worker (`layout.worker.ts`), which a test need not have.
 */
import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import noverlap from "graphology-layout-noverlap";

export interface Place {
  readonly x: number;
  readonly y: number;
}
export interface LayoutTask {
  /** Size of the window to fill, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly { readonly id: string; readonly size: number; readonly at: Place | null }[];
  readonly edges: readonly { readonly source: string; readonly target: string; readonly weight: number }[];
}
export type Places = Record<string, Place>;

const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** Return places for all nodes of a task; those that have one already only make room. */
export function arrange(task: LayoutTask): Places {
  const graph = new Graph({ type: "undirected", multi: false });
  const nodes = [...task.nodes].sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1));
  const settled = new Map(nodes.flatMap((node) => (node.at ? [[node.id, node.at] as const] : [])));
  const pairs = new Map<string, number>();
  const beside = new Map<string, string>();
  for (const { source, target, weight } of task.edges) {
    if (source === target) continue;
    const [a, b] = source < target ? [source, target] : [target, source];
    pairs.set(`${a} ${b}`, (pairs.get(`${a} ${b}`) ?? 0) + weight);
    if (settled.has(a) && !settled.has(b) && (beside.get(b) ?? "~") > a) beside.set(b, a);
    if (settled.has(b) && !settled.has(a) && (beside.get(a) ?? "~") > b) beside.set(a, b);
  }
  nodes.forEach(({ id, size, at }, index) => {
    const [angle, radius] = [index * GOLDEN, Math.sqrt(index + 0.5)];
    // a newcomer starts beside a neighbour that has its place
    const near = settled.get(beside.get(id) ?? "");
    const [cx, cy, r] = near ? [near.x, near.y, 40] : [0, 0, 10 * radius];
    graph.addNode(id, { size, x: at?.x ?? cx + r * Math.cos(angle), y: at?.y ?? cy + r * Math.sin(angle), fixed: at !== null });
  });
  for (const [pair, weight] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [a, b] = pair.split(" ");
    graph.addEdge(a, b, { weight: 1 + Math.log2(weight) });
  }
  if (graph.order > 1) {
    forceAtlas2.assign(graph, {
      iterations: settled.size ? 120 : graph.order > 300 ? 400 : 700,
      getEdgeWeight: "weight",
      settings: {
        linLogMode: true,
        outboundAttractionDistribution: false,
        adjustSizes: false,
        edgeWeightInfluence: 1,
        scalingRatio: 12,
        gravity: 0.06,
        strongGravityMode: true,
        slowDown: 4 + Math.log(graph.order),
        barnesHutOptimize: graph.order > 600,
      },
    });
    if (!settled.size) scaleTo(graph, task.width, task.height);
    // sizes are pixels, and so are places now: dots keep room between them for a line of text
    noverlap.assign(graph, { maxIterations: 200, settings: { margin: 7, ratio: 1.15, expansion: 1.05, gridSize: 20, speed: 2 } });
  }
  const places: Places = {};
  graph.forEachNode((id, { x, y }) => (places[id] = { x, y }));
  return places;
}

/** Stretch a drawing to the shape of a window; the extremes touch its sides. */
function scaleTo(graph: Graph, width: number, height: number): void {
  const [xs, ys] = ["x", "y"].map((axis) => graph.mapNodes((_, at) => at[axis] as number)) as [number[], number[]];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  graph.updateEachNodeAttributes((_, at) => ({
    ...at,
    x: (((at["x"] as number) - left) / (right - left || 1) - 0.5) * width,
    y: (((at["y"] as number) - low) / (high - low || 1) - 0.5) * height,
  }));
}
