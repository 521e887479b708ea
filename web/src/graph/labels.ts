/**
 * Which names are written on the picture, and where: the most important first, each beside its dot
 * where it covers no name written before it. Pure, so that it can be tested without a canvas.
 */

export interface Dot {
  readonly id: string;
  /** Centre and radius in pixels. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Width of the name in pixels. */
  readonly width: number;
  /** Larger is written first; Infinity is written in any case. */
  readonly rank: number;
}
export interface Label {
  readonly id: string;
  /** Left edge and middle line in pixels. */
  readonly x: number;
  readonly y: number;
}
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CELL = 80;

/** Return the names to write within a picture of a width and height; a line is `height` pixels high. */
export function placeLabels(dots: readonly Dot[], width: number, height: number, line: number): Label[] {
  const taken = new Map<string, Box[]>();
  const cells = (box: Box): string[] => {
    const found = [];
    for (let cx = Math.floor(box.left / CELL); cx <= Math.floor(box.right / CELL); cx++)
      for (let cy = Math.floor(box.top / CELL); cy <= Math.floor(box.bottom / CELL); cy++) found.push(`${cx} ${cy}`);
    return found;
  };
  const meets = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const free = (box: Box) => cells(box).every((cell) => !taken.get(cell)?.some((other) => meets(box, other)));
  const take = (box: Box) => {
    for (const cell of cells(box)) {
      const boxes = taken.get(cell);
      if (boxes) boxes.push(box);
      else taken.set(cell, [box]);
    }
  };
  const seen = dots
    .filter((dot) => dot.x > -dot.radius && dot.y > -dot.radius && dot.x < width + dot.radius && dot.y < height + dot.radius)
    .sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
  // a name may touch the rim of a dot, but hides none
  for (const { x, y, radius } of seen) {
    const r = radius * 0.75;
    take({ left: x - r, right: x + r, top: y - r, bottom: y + r });
  }
  const labels: Label[] = [];
  for (const dot of seen) {
    const gap = dot.radius + 4;
    const places: [number, number][] = [
      [dot.x + gap, dot.y],
      [dot.x - gap - dot.width, dot.y],
      [dot.x - dot.width / 2, dot.y + gap + line / 2 - 2],
      [dot.x - dot.width / 2, dot.y - gap - line / 2 + 2],
    ];
    const boxes = places.map(([x, y]) => ({ left: x - 2, right: x + dot.width + 2, top: y - line / 2, bottom: y + line / 2 }));
    let choice = boxes.findIndex((box) => box.left >= 0 && box.right <= width && free(box));
    if (choice < 0 && dot.rank === Infinity) choice = 0;
    if (choice < 0) continue;
    take(boxes[choice]!);
    labels.push({ id: dot.id, x: places[choice]![0], y: places[choice]![1] });
  }
  return labels;
}
