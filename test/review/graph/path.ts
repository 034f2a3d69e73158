type Point = [x: number, y: number];

/** Points along a path of SVG with absolute M, L, Q and C, close enough to each other that no card fits between two. */
export function pointsOn(path: string): Point[] {
  const points: Point[] = [];
  let at: Point = [0, 0];
  for (const [, letter, rest] of path.matchAll(/([MLQC])([^MLQC]*)/g)) {
    const numbers = rest!.match(/-?\d+(\.\d+)?/g)!.map(Number);
    const controls: Point[] = [at];
    for (let index = 0; index < numbers.length; index += 2) controls.push([numbers[index]!, numbers[index + 1]!]);
    if (letter !== "M") for (let step = 0; step <= 60; step++) points.push(between(controls, step / 60));
    at = controls.at(-1)!;
  }
  return points;
}

/** De Casteljau: a point of a Bézier curve of any degree. */
function between(controls: Point[], share: number): Point {
  if (controls.length === 1) return controls[0]!;
  const next = controls.slice(1).map(([x, y], index): Point => {
    const [fromX, fromY] = controls[index]!;
    return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
  });
  return between(next, share);
}
