/**
 * Colours on the canvas. The hues are those of kg's exports, one per family of types (Paul Tol's
 * "muted" scheme, told apart with any colour vision); on a dark ground the darkest are lightened.
 */
import { h } from "./dom";

const HUES: Record<string, readonly [light: string, dark: string]> = {
  Organization: ["#332288", "#8f86e0"],
  Location: ["#117733", "#3fae66"],
  Initiative: ["#cc6677", "#dd8391"],
  Project: ["#d3bf5a", "#ddcc77"],
  Event: ["#aa4499", "#cf6fbf"],
  Person: ["#6fb9e0", "#88ccee"],
  Industry: ["#999933", "#b8b84f"],
  Product: ["#44aa99", "#55bbaa"],
  Honor: ["#882255", "#c25a8d"],
};

/** Return a dot in the colour of a family. */
export function swatch(family: string): HTMLElement {
  const dot = h("span", { class: "dot", "aria-hidden": "true" });
  // the page's style sheet cannot know the hue; a style set by script is allowed where one in markup is not
  dot.style.backgroundColor = familyColour(family, matchMedia("(prefers-color-scheme: dark)").matches);
  return dot;
}

export interface Palette {
  readonly dark: boolean;
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly edge: string;
  readonly edgeFaint: string;
  readonly edgeStrong: string;
  readonly accent: string;
}

const LIGHT: Palette = {
  dark: false,
  ground: "#fbfbf9",
  ink: "#1d2329",
  faint: "#e4e5e2",
  edge: "#c3c8cc",
  edgeFaint: "#eeefec",
  edgeStrong: "#939da6",
  accent: "#b3541e",
};
const DARK: Palette = {
  dark: true,
  ground: "#16191d",
  ink: "#e3e6e8",
  faint: "#2b3036",
  edge: "#4a525a",
  edgeFaint: "#22272c",
  edgeStrong: "#76818b",
  accent: "#f0a168",
};

/** Return the colours for a light or a dark ground. */
export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

/** Return the colour of a family of types as `#rrggbb`; grey for a family that is not ours. */
export function familyColour(family: string, dark: boolean): string {
  return HUES[family]?.[dark ? 1 : 0] ?? (dark ? "#9aa3ab" : "#777777");
}

/** Return the radius of a thing's dot in pixels: 2.6 without a relation, growing a little faster than their root, 20 at most. */
export function nodeSize(degree: number): number {
  return Math.min(20, 2.6 + Math.max(0, degree) ** 0.58);
}
