/**
 * Elements made from data. Text goes in as text nodes only, and links only where they lead
 * into this site or to http(s): names in the graph come from articles that anyone may have written.
 */

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Handler = (event: never) => void;
export type Props = Record<string, string | number | boolean | null | undefined | Handler>;

/** Append children; strings and numbers as text. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child as readonly Child[]);
    else if (child instanceof Node) parent.appendChild(child);
    else parent.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * Make an element. `onclick` and the like take functions; `href` is checked by {@link safeHref};
 * `true` sets an empty attribute; `false`, null and undefined set none.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") {
      if (!key.startsWith("on")) throw new TypeError(`${key} takes no function`);
      element.addEventListener(key.slice(2), value as EventListener);
    } else if (key.startsWith("on")) throw new TypeError(`${key} takes a function only`);
    else if (key === "href") element.setAttribute("href", safeHref(String(value)));
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Make a line drawing of 16 by 16 from an SVG path. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Put children in place of what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** Return an address that is a path, a query or a fragment of this site, or http(s); "#" for any other. */
export function safeHref(address: string): string {
  if (/^\/(?![/\\])/.test(address) || /^[?#]/.test(address)) return address;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : "#";
  } catch {
    return "#";
  }
}

/**
 * Return a text with a part of it in `<mark>`, as children for {@link h}.
 *
 * @param start - First UTF-16 unit of the part; @param end - one past the last. A part outside
 * the text, or an empty one, marks nothing.
 */
export function marked(text: string, start: number, end: number): Child[] {
  if (!(start >= 0 && start < end && end <= text.length)) return [text];
  return [text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end)];
}

/** Return a text on one line without control and direction characters, cut after `most` characters. */
export function tidy(text: string, most = Infinity): string {
  const clean = text
    // characters that end a line or turn the direction of what follows
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .trim();
  const characters = Array.from(clean);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : clean;
}
