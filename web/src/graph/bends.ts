/** How relations between the same two things are bent apart. */

interface Line {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

/**
 * Return the bend of each relation that shares its two things with another; 0 is straight, and the
 * sign is as seen from the source. Steps are even and lie on both sides: two relations get ±½, three -1, 0, 1.
 */
export function bends(lines: readonly Line[]): [id: string, bend: number][] {
  const pairs = new Map<string, Line[]>();
  for (const line of lines) {
    const pair = line.source < line.target ? `${line.source} ${line.target}` : `${line.target} ${line.source}`;
    const same = pairs.get(pair);
    if (same) same.push(line);
    else pairs.set(pair, [line]);
  }
  return [...pairs.values()]
    .filter((same) => same.length > 1)
    .flatMap((same) =>
      same
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id, source, target }, index): [string, number] => {
          const step = index - (same.length - 1) / 2;
          return [id, source < target ? step : -step];
        }),
    );
}
