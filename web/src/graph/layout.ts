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

/**
 * Return places for all nodes of a task. Where most have one already they keep it, but for making room,
 * and newcomers stand beside a neighbour; else the whole picture is worked out anew.
 */
export function arrange(task: LayoutTask): Places {
  const graph = new Graph({ type: "undirected", multi: false });
  for (const { id, size } of [...task.nodes].sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1))) graph.addNode(id, { size });
  const pairs = new Map<string, number>();
  for (const { source, target, weight } of task.edges) {
    if (source === target) continue;
    const pair = source < target ? `${source} ${target}` : `${target} ${source}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + weight);
  }
  for (const [pair, weight] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [a, b] = pair.split(" ");
    graph.addEdge(a, b, { weight: 1 + Math.log2(weight) });
  }
  const settled = new Map(task.nodes.flatMap(({ id, at }) => (at ? [[id, at] as const] : [])));
  if (settled.size * 2 > graph.order) join(graph, settled);
  else workOut(graph, task.width, task.height);
  // sizes are pixels, and so are places now: dots keep room between them for a line of text
  if (graph.order > 1)
    noverlap.assign(graph, { maxIterations: 200, settings: { margin: 7, ratio: 1.15, expansion: 1.05, gridSize: 20, speed: 2 } });
  const places: Places = {};
  graph.forEachNode((id, { x, y }) => (places[id] = { x, y }));
  return places;
}

/** Give every node a place by forces, from a spiral in the order of their size. */
function workOut(graph: Graph, width: number, height: number): void {
  graph.nodes().forEach((id, index) => {
    const [angle, radius] = [index * GOLDEN, 10 * Math.sqrt(index + 0.5)];
    graph.mergeNodeAttributes(id, { x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
  });
  if (graph.order < 2) return;
  forceAtlas2.assign(graph, {
    iterations: graph.order > 300 ? 400 : 700,
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
  scaleTo(graph, width, height);
}

/** Put the nodes that have no place in a fan beside a neighbour that has one, away from the middle of the picture. */
function join(graph: Graph, settled: ReadonlyMap<string, Place>): void {
  const fans = new Map<string, string[]>();
  graph.forEachNode((id) => {
    const at = settled.get(id);
    if (at) graph.mergeNodeAttributes(id, at);
    else {
      const anchor = graph.neighbors(id).filter((other) => settled.has(other)).sort()[0] ?? "";
      fans.set(anchor, [...(fans.get(anchor) ?? []), id]);
    }
  });
  const all = [...settled.values()];
  const middle = { x: mean(all.map(({ x }) => x)), y: mean(all.map(({ y }) => y)) };
  for (const [anchor, fan] of fans) {
    const from = settled.get(anchor) ?? middle;
    const outward = Math.atan2(from.y - middle.y, from.x - middle.x);
    const step = Math.min((2 * Math.PI) / fan.length, 0.4);
    fan.forEach((id, index) => {
      const angle = outward + (index + 0.5 - fan.length / 2) * step;
      // on three rings in turn, so that names find room
      const radius = 80 + 34 * (index % 3) + 2 * fan.length;
      graph.mergeNodeAttributes(id, { x: from.x + radius * Math.cos(angle), y: from.y + radius * Math.sin(angle) });
    });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
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
