import { describe, expect, it } from "vitest";
import type { Edge, GraphPart, ThingNode } from "../src/api";
import { bends } from "../src/graph/bends";
import { counts, dateFault } from "../src/filters";
import { placeLabels, type Dot } from "../src/graph/labels";
import { arrange, type LayoutTask } from "../src/graph/layout";
import { merge } from "../src/merge";
import { candidates, overview } from "../src/overview";

const node = (id: string, family = "Location", degree = 1): ThingNode => ({
  id,
  label: id,
  name: id,
  type: family === "Location" ? "Place" : "Company",
  family,
  degree,
  page: `/page/${id}`,
});
const edge = (source: string, target: string, predicate = "locatedIn"): Edge => ({
  id: `${source}|${predicate}|${target}`,
  source,
  target,
  predicate,
  label_zh: "位于",
  label_en: "located in",
  weight: 1,
  confidence: 0.9,
  status: "stated",
  since: null,
  until: null,
});
const part = (nodes: ThingNode[], edges: Edge[] = [], truncated = false): GraphPart => ({ nodes, edges, truncated });
const ids = (found: GraphPart) => found.nodes.map(({ id }) => id);

describe("parts of a graph", () => {
  it("are put together, each thing once", () => {
    const whole = merge(part([node("a"), node("b")], [edge("a", "b")]), [part([node("b"), node("c")], [edge("a", "b"), edge("b", "c")], true)]);
    expect(ids(whole)).toEqual(["a", "b", "c"]);
    expect(whole.edges.map(({ id }) => id)).toEqual(["a|locatedIn|b", "b|locatedIn|c"]);
    expect(whole.truncated).toBe(true);
  });

  it("are counted by type and relation", () => {
    const { types, predicates } = counts(part([node("a"), node("b"), node("c", "Organization")], [edge("a", "b"), edge("c", "b", "investsIn")]));
    expect(Object.fromEntries(types)).toEqual({ Place: 2, Company: 1 });
    expect(Object.fromEntries(predicates)).toEqual({ locatedIn: 1, investsIn: 1 });
  });
});

describe("the first look", () => {
  const places = Array.from({ length: 20 }, (_, n) => node(`p${String(n).padStart(2, "0")}`, "Location", 100));
  const firms = Array.from({ length: 6 }, (_, n) => node(`f${n}`, "Organization", 2));
  const edges = [...places.slice(1).map(({ id }) => edge(id, "p00")), ...firms.map(({ id }) => edge(id, "p00"))];

  it("gives no family all the room", () => {
    const found = overview(part([...places, ...firms], edges), 9);
    expect(found.nodes.filter(({ family }) => family === "Organization").length).toBeGreaterThanOrEqual(3);
    expect(found.nodes.length).toBeLessThanOrEqual(9);
    expect(found.truncated).toBe(true);
    expect(ids(found)[0]).toBe("p00");
  });

  it("asks for more than it draws, but for no more than the server gives", () => {
    expect(candidates(50)).toBeGreaterThan(200);
    expect(candidates(500)).toBe(2000);
  });

  it("leaves out what would stand alone", () => {
    const found = overview(part([node("a"), node("b"), node("alone", "Person", 50)], [edge("a", "b")]), 10);
    expect(ids(found)).toEqual(["a", "b"]);
  });

  it("shows things without relations where there are no others", () => {
    expect(ids(overview(part([node("b"), node("a")]), 10))).toEqual(["a", "b"]);
  });

  it("does not depend on the order of the answer", () => {
    const forward = overview(part([...places, ...firms], edges), 12);
    const backward = overview(part([...places, ...firms].reverse(), [...edges].reverse()), 12);
    expect(ids(backward)).toEqual(ids(forward));
  });
});

describe("places", () => {
  const task = (n: number, at: LayoutTask["nodes"][number]["at"] = null): LayoutTask => ({
    width: 900,
    height: 700,
    nodes: Array.from({ length: n }, (_, i) => ({ id: `n${i}`, size: 4 + (i % 7), at })),
    edges: Array.from({ length: n - 1 }, (_, i) => ({ source: `n${i + 1}`, target: `n${Math.floor(i / 3)}`, weight: 1 })),
  });

  it("are the same for the same graph in another order", () => {
    const one = task(40);
    const other = { ...one, nodes: [...one.nodes].reverse(), edges: [...one.edges].reverse().map((e) => ({ ...e, source: e.target, target: e.source })) };
    const [a, b] = [arrange(one), arrange(other)];
    for (const id of Object.keys(a)) {
      expect(b[id]!.x).toBeCloseTo(a[id]!.x, 6);
      expect(b[id]!.y).toBeCloseTo(a[id]!.y, 6);
    }
  });

  it("keep dots apart and fill the window", () => {
    const one = task(80);
    const places = arrange(one);
    const dots = one.nodes.map(({ id, size }) => ({ ...places[id]!, size }));
    let overlaps = 0;
    dots.forEach((a, i) => dots.slice(i + 1).forEach((b) => (overlaps += Number(Math.hypot(a.x - b.x, a.y - b.y) < a.size + b.size))));
    expect(overlaps).toBe(0);
    const spread = (axis: "x" | "y") => Math.max(...dots.map((d) => d[axis])) - Math.min(...dots.map((d) => d[axis]));
    expect(spread("x")).toBeGreaterThan(800);
    expect(spread("y")).toBeGreaterThan(600);
  });

  it("stay where they are when one more comes, which stands near its neighbour", () => {
    const before = arrange(task(40));
    const nodes = task(41).nodes.map((n) => ({ ...n, at: before[n.id] ?? null }));
    const after = arrange({ ...task(41), nodes });
    for (const [id, { x, y }] of Object.entries(before)) expect(Math.hypot(after[id]!.x - x, after[id]!.y - y)).toBeLessThan(60);
    const [parent, child] = [after["n13"]!, after["n40"]!];
    expect(Math.hypot(parent.x - child.x, parent.y - child.y)).toBeLessThan(120);
  });

  it("are worked out anew when most things are new", () => {
    const few = task(40).nodes.map((n, index) => ({ ...n, at: index < 5 ? { x: 0, y: 0 } : null }));
    expect(arrange({ ...task(40), nodes: few })).toEqual(arrange(task(40)));
  });

  it("are finite for one thing, for none, and for a thing related to itself", () => {
    expect(arrange({ width: 1, height: 1, nodes: [], edges: [] })).toEqual({});
    const one = arrange({ width: 1, height: 1, nodes: [{ id: "a", size: 3, at: null }], edges: [{ source: "a", target: "a", weight: 1 }] });
    expect(Number.isFinite(one["a"]!.x + one["a"]!.y)).toBe(true);
  });
});

describe("bends", () => {
  it("part relations of the same two things evenly, whichever way they run", () => {
    const found = new Map(bends([edge("b", "a", "x"), edge("a", "b", "y"), edge("a", "b", "z"), edge("a", "c")]));
    expect([...found.values()].map(Math.abs).sort()).toEqual([0, 1, 1]);
    expect(found.has("a|locatedIn|c")).toBe(false);
    // the first runs the other way: the same side of the line is the other sign
    expect(found.get("a|y|b")).toBe(-1);
    expect(found.get("b|x|a")).toBe(-1);
  });
});

describe("names on the picture", () => {
  const dot = (id: string, x: number, y: number, rank: number): Dot => ({ id, x, y, radius: 5, width: 60, rank });

  it("cover no other name, the more important first", () => {
    const dots = Array.from({ length: 60 }, (_, n) => dot(`n${n}`, 100 + (n % 8) * 30, 100 + Math.floor(n / 8) * 12, n));
    const placed = placeLabels(dots, 800, 600, 16);
    expect(placed[0]!.id).toBe("n59");
    expect(placed.length).toBeGreaterThan(5);
    placed.forEach((a, i) =>
      placed.slice(i + 1).forEach((b) => expect(Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 16).toBe(true)),
    );
  });

  it("are written in any case where they must be", () => {
    const crowd = Array.from({ length: 30 }, (_, n) => dot(`n${n}`, 100, 100, n));
    expect(placeLabels([...crowd, dot("chosen", 100, 100, Infinity)], 800, 600, 16).map(({ id }) => id)).toContain("chosen");
  });

  it("keep inside, and leave out what is not in view", () => {
    const placed = placeLabels([dot("right", 795, 300, 1), dot("gone", 2000, 300, 2)], 800, 600, 16);
    expect(placed).toHaveLength(1);
    expect(placed[0]!.x + 60).toBeLessThan(800);
  });
});

describe("two dates", () => {
  it.each([
    ["", "", null],
    ["2021", "2021", null],
    ["2021-05", "2021", null],
    ["2021-05", "2021-04", "dateOrder"],
    ["2022", "2021", "dateOrder"],
    ["2021-13", "", "dateBad"],
  ])("%s to %s: %s", (since, until, fault) => expect(dateFault(since, until)).toBe(fault));
});
