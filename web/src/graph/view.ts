/**
 * The picture: sigma on a graphology graph, with a layer of its own for names. Knows nothing of the
 * address or the panel; tells its owner what was pointed at and clicked.
 */
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { createNodeBorderProgram } from "@sigma/node-border";
import Graph from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeLineProgram } from "sigma/rendering";
import type { Edge, GraphPart, ThingNode } from "../api";
import { familyColour, nodeSize, palette, type Palette } from "../colours";
import { tidy } from "../dom";
import { bends } from "./bends";
import { placeLabels } from "./labels";
import type { Place, Places } from "./layout";

export interface ViewEvents {
  readonly onNode: (iri: string) => void;
  readonly onExpand: (iri: string) => void;
  readonly onEdge: (id: string) => void;
  readonly onGround: () => void;
}
interface Chosen {
  readonly node: string;
  readonly edge: string;
}

const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif";
const LINE = 16;
const BEND = 0.22;
const LONGEST_LABEL = 14;

/** Say whether this browser can draw with WebGL. */
export function hasWebgl(): boolean {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

export class GraphView {
  private readonly graph = new Graph({ type: "directed", multi: true });
  private readonly sigma: Sigma;
  private readonly names: CanvasRenderingContext2D;
  private readonly widths = new Map<string, number>();
  private colours: Palette;
  private chosen: Chosen = { node: "", edge: "" };
  private hovered = "";
  private hoveredEdge = "";
  /** What is near the thing or relation that is chosen or pointed at; empty: nothing is, all is plain. */
  private near = new Set<string>();

  constructor(
    private readonly container: HTMLElement,
    private readonly lang: "zh" | "en",
    events: ViewEvents,
  ) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.colours = palette(dark.matches);
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true,
      renderLabels: false,
      renderEdgeLabels: true,
      enableEdgeEvents: true,
      zIndex: true,
      defaultNodeType: "dot",
      nodeProgramClasses: { dot: this.dotProgram() },
      edgeProgramClasses: {
        line: EdgeLineProgram,
        arrow: EdgeArrowProgram,
        curve: createEdgeCurveProgram({ curvatureAttribute: "curvature", defaultCurvature: BEND }),
        curvedArrow: createEdgeCurveProgram({
          curvatureAttribute: "curvature",
          defaultCurvature: BEND,
          arrowHead: { extremity: "target", lengthToThicknessRatio: 2.5, widenessToThicknessRatio: 2 },
        }),
      },
      minEdgeThickness: 1.8,
      edgeLabelFont: FONT,
      edgeLabelSize: 11.5,
      edgeLabelColor: { color: this.colours.ink },
      defaultDrawNodeHover: () => undefined,
      stagePadding: 50,
      minCameraRatio: 0.04,
      maxCameraRatio: 3,
      zoomToSizeRatioFunction: (ratio) => Math.sqrt(ratio),
      nodeReducer: (node, data) => this.reduceNode(node, data),
      edgeReducer: (edge, data) => this.reduceEdge(edge, data),
    });
    // sigma sizes the layer with its own
    this.sigma.createCanvasContext("names", { style: { pointerEvents: "none" } });
    this.names = this.sigma.getCanvases()["names"]!.getContext("2d")!;
    this.sigma.resize(true);
    // sigma itself looks at the window's size only
    new ResizeObserver(() => {
      this.sigma.resize();
      this.sigma.scheduleRender();
    }).observe(container);
    this.sigma.on("afterRender", () => this.drawNames());
    this.sigma.on("clickNode", ({ node }) => events.onNode(node));
    this.sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      events.onExpand(node);
    });
    this.sigma.on("clickEdge", ({ edge }) => events.onEdge(edge));
    this.sigma.on("clickStage", () => events.onGround());
    this.sigma.on("enterNode", ({ node }) => this.point(node, ""));
    this.sigma.on("leaveNode", () => this.point("", ""));
    this.sigma.on("enterEdge", ({ edge }) => this.point("", edge));
    this.sigma.on("leaveEdge", () => this.point("", ""));
    dark.addEventListener("change", () => {
      this.colours = palette(dark.matches);
      this.sigma.setSetting("edgeLabelColor", { color: this.colours.ink });
      this.graph.updateEachNodeAttributes((_, attributes) => ({
        ...attributes,
        color: familyColour(attributes["family"] as string, this.colours.dark),
        ring: this.colours.ground,
      }));
      this.sigma.refresh();
    });
  }

  /** Draw a part of the graph at its places. */
  show(part: GraphPart, places: Places): void {
    this.graph.clear();
    for (const node of part.nodes) {
      const place = places[node.id];
      if (place) this.graph.addNode(node.id, this.dot(node, place));
    }
    for (const edge of part.edges)
      if (this.graph.hasNode(edge.source) && this.graph.hasNode(edge.target) && edge.source !== edge.target)
        this.graph.addEdgeWithKey(edge.id, edge.source, edge.target, this.line(edge));
    this.bendParallels();
    this.hovered = this.hoveredEdge = "";
    this.choose(this.chosen);
  }

  /** Mark a thing or a relation as chosen; either may be empty. */
  choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.update();
  }

  /** Move so that a thing stands in view, if it is drawn. */
  lookAt(iri: string): void {
    const data = this.graph.hasNode(iri) ? this.sigma.getNodeDisplayData(iri) : undefined;
    if (!data) return;
    const { x, y } = this.sigma.framedGraphToViewport(data);
    const { width, height } = this.sigma.getDimensions();
    if (x > width * 0.1 && x < width * 0.9 && y > height * 0.1 && y < height * 0.9) return;
    void this.sigma.getCamera().animate({ x: data.x, y: data.y }, this.pace());
  }

  /** Show everything that is drawn. */
  fit(): void {
    void this.sigma.getCamera().animatedReset(this.pace());
  }

  zoom(closer: boolean): void {
    const camera = this.sigma.getCamera();
    void (closer ? camera.animatedZoom({ factor: 1.5, ...this.pace() }) : camera.animatedUnzoom({ factor: 1.5, ...this.pace() }));
  }

  /** The places of all that is drawn, for arranging what comes next around it. */
  places(): Map<string, Place> {
    return new Map(this.graph.mapNodes((id, { x, y }) => [id, { x: x as number, y: y as number }]));
  }

  private pace() {
    return { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300 };
  }

  private dotProgram() {
    return createNodeBorderProgram({
      borders: [
        { size: { attribute: "ringSize", defaultValue: 0.1 }, color: { attribute: "ring" } },
        { size: { fill: true }, color: { attribute: "color" } },
      ],
    });
  }

  private dot(node: ThingNode, { x, y }: Place) {
    return {
      x,
      y,
      size: nodeSize(node.degree),
      color: familyColour(node.family, this.colours.dark),
      ring: this.colours.ground,
      ringSize: 0.1,
      family: node.family,
      degree: node.degree,
      short: tidy(node.label, LONGEST_LABEL),
      name: tidy(node.name, 40),
    };
  }

  private line(edge: Edge) {
    const symmetric = edge.predicate === "cooperatesWith";
    return {
      size: 1.9 + 0.7 * Math.log2(edge.weight),
      told: tidy(this.lang === "zh" ? edge.label_zh : edge.label_en),
      symmetric,
      type: symmetric ? "line" : "arrow",
    };
  }

  /** Give relations between the same two things a bend each, so that each can be clicked. */
  private bendParallels(): void {
    for (const [edge, bend] of bends(this.graph.mapEdges((id, _, source, target) => ({ id, source, target }))))
      this.graph.mergeEdgeAttributes(edge, {
        type: this.graph.getEdgeAttribute(edge, "symmetric") ? "curve" : "curvedArrow",
        curvature: BEND * bend,
      });
  }

  private point(node: string, edge: string): void {
    this.hovered = node;
    this.hoveredEdge = edge;
    this.container.classList.toggle("pointing", Boolean(node || edge));
    this.update();
  }

  private update(): void {
    const edge = [this.hoveredEdge, this.hovered ? "" : this.chosen.edge].find((id) => this.graph.hasEdge(id)) ?? "";
    const node = edge ? "" : ([this.hovered, this.chosen.node].find((id) => this.graph.hasNode(id)) ?? "");
    this.near = new Set(
      edge
        ? [edge, ...this.graph.extremities(edge)]
        : node
          ? [node, ...this.graph.neighbors(node), ...this.graph.edges(node)]
          : [],
    );
    this.sigma.refresh({ skipIndexation: true });
  }

  private reduceNode(node: string, data: Record<string, unknown>) {
    const reduced: Record<string, unknown> = { ...data, zIndex: 1 };
    if (node === this.chosen.node) Object.assign(reduced, { ring: this.colours.accent, ringSize: 0.22, zIndex: 3, size: (data["size"] as number) + 2 });
    else if (this.near.size && !this.near.has(node)) Object.assign(reduced, { color: this.colours.faint, zIndex: 0 });
    else if (this.near.size) reduced["zIndex"] = 2;
    return reduced;
  }

  private reduceEdge(edge: string, data: Record<string, unknown>) {
    const reduced: Record<string, unknown> = { ...data, color: this.colours.edge, label: "", zIndex: 0 };
    if (!this.near.size) return reduced;
    if (!this.near.has(edge)) return { ...reduced, color: this.colours.edgeFaint };
    const one = edge === this.chosen.edge || edge === this.hoveredEdge;
    Object.assign(reduced, {
      color: one ? this.colours.accent : this.colours.edgeStrong,
      size: (data["size"] as number) + (one ? 2 : 0.3),
      zIndex: one ? 2 : 1,
    });
    // labels on a few lines help, on many they hide the picture
    if (one || this.near.size <= 9) Object.assign(reduced, { label: data["told"], forceLabel: true });
    return reduced;
  }

  private drawNames(): void {
    const context = this.names;
    const scale = devicePixelRatio || 1;
    const { width, height } = this.sigma.getDimensions();
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const dots = this.graph.mapNodes((id, attributes) => {
      const data = this.sigma.getNodeDisplayData(id)!;
      const { x, y } = this.sigma.framedGraphToViewport(data);
      const strong = id === this.hovered || id === this.chosen.node;
      const near = this.near.has(id);
      const text = (strong ? attributes["name"] : attributes["short"]) as string;
      const rank = strong || (near && this.near.size <= 60) ? Infinity : (attributes["degree"] as number) + (near ? 1e6 : 0);
      const shown = strong || near || !this.near.size;
      return { id, x, y, radius: this.sigma.scaleSize(data.size), width: this.width(text, strong), rank, text, strong, shown };
    });
    const told = new Map(dots.map((dot) => [dot.id, dot]));
    for (const { id, x, y } of placeLabels(dots.filter((dot) => dot.shown), width, height, LINE)) {
      const { text, strong } = told.get(id)!;
      context.font = this.font(strong);
      context.lineWidth = 4;
      context.strokeStyle = this.colours.ground;
      context.strokeText(text, x, y);
      context.fillStyle = this.colours.ink;
      context.fillText(text, x, y);
    }
  }

  private font(strong: boolean): string {
    return `${strong ? "600 13.5px" : "12.5px"} ${FONT}`;
  }

  private width(text: string, strong: boolean): number {
    const key = `${strong ? 1 : 0}${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      this.names.font = this.font(strong);
      width = this.names.measureText(text).width;
      this.widths.set(key, width);
    }
    return width;
  }
}
