/** What every picture is drawn with: numbers kept short, a die that always falls the same way, curves and lines. */

export type Point = [x: number, y: number];
/** Things drawn once in the sprite's `<defs>` and used by their id: a group of shapes, a gradient, a pattern. */
export type Parts = Record<string, string>;

/** A coordinate as short as the eye allows: half a unit is three quarters of a pixel at 480 pixels. */
export const short = (value: number): string => String(Math.round(value * 2) / 2);

/** @returns numbers from 0 to 1 that are the same for the same seed, so that a build draws the same file (mulberry32) */
export function dice(seed: number): () => number {
  let state = seed * 2_654_435_769;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Shows a part by its id. `paint` gives a colour to parts that have none of their own. */
export function use(id: string, x = 0, y = 0, turn = 0, size = 1, sizeY = size, paint = ""): string {
  const move =
    turn === 0 && size === 1 && sizeY === 1
      ? ` x="${short(x)}" y="${short(y)}"`
      : ` transform="${transform(x, y, turn, size, sizeY)}"`;
  return `<use href="#${id}"${x === 0 && y === 0 && turn === 0 && size === 1 && sizeY === 1 ? "" : move}${paint && ` ${paint}`}/>`;
}

/** The mirror image of a part: another piece at no cost. */
export const mirrored = (id: string): string => use(id, 0, 0, 0, -1, 1);

function transform(x: number, y: number, turn: number, size: number, sizeY: number): string {
  const parts = [];
  if (x !== 0 || y !== 0) parts.push(`translate(${short(x)} ${short(y)})`);
  if (turn !== 0) parts.push(`rotate(${short(turn)})`);
  if (size !== 1 || sizeY !== 1) {
    const x100 = Math.round(size * 100) / 100;
    const y100 = Math.round(sizeY * 100) / 100;
    parts.push(x100 === y100 ? `scale(${x100})` : `scale(${x100} ${y100})`);
  }
  return parts.join("");
}

/** A filled path; `more` holds further attributes. */
export const fill = (d: string, paint: string, more = ""): string =>
  `<path d="${d}" fill="${paint}"${more && ` ${more}`}/>`;

/** A line with round ends (the sprite's root says so). */
export const line = (d: string, colour: string, width: number, opacity = 1): string =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}"${opacity < 1 ? ` opacity="${opacity}"` : ""}/>`;

export const ellipse = (cx: number, cy: number, rx: number, ry: number, paint: string, more = ""): string =>
  `<ellipse cx="${short(cx)}" cy="${short(cy)}" rx="${short(rx)}" ry="${short(ry)}" fill="${paint}"${more && ` ${more}`}/>`;

export const ring = (
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  colour: string,
  width: number,
  more = "",
) => ellipse(cx, cy, rx, ry, "none", `stroke="${colour}" stroke-width="${width}"${more && ` ${more}`}`);

export const rect = (
  x: number,
  y: number,
  w: number,
  h: number,
  r: number,
  paint: string,
  more = "",
): string =>
  `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" rx="${short(r)}" fill="${paint}"${more && ` ${more}`}/>`;

/** A shape in one colour with light from the upper left laid over it. */
export const lit = (d: string, colour: string, light = "round"): string =>
  fill(d, colour) + fill(d, `url(#${light})`);

/** Whole units, which compress far better: for shapes and places where nobody sees the difference. */
const whole = ([x, y]: Point): Point => [Math.round(x), Math.round(y)];

/** A closed curve that bends around the points. */
export function smooth(points: Point[]): string {
  const middle = (a: Point, b: Point) => `${short((a[0] + b[0]) / 2)} ${short((a[1] + b[1]) / 2)}`;
  const last = points.at(-1) as Point;
  let d = `M${middle(last, points[0] as Point)}`;
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length] as Point;
    d += `Q${short(point[0])} ${short(point[1])} ${middle(point, next)}`;
  });
  return `${d}Z`;
}

/** An uneven round shape: `wobble` 0 is an ellipse, 0.2 is a piece of fried chicken. */
export function blob(
  rx: number,
  ry: number,
  seed: number,
  wobble = 0.1,
  corners = 10,
  cx = 0,
  cy = 0,
): string {
  const roll = dice(seed);
  const points = Array.from({ length: corners }, (_, i): Point => {
    const angle = ((i + (roll() - 0.5) * 0.5) / corners) * Math.PI * 2;
    const reach = 1.04 + (roll() * 2 - 1) * wobble;
    const point: Point = [cx + Math.cos(angle) * rx * reach, cy + Math.sin(angle) * ry * reach];
    return rx > 13 ? whole(point) : point;
  });
  return smooth(points);
}

/** Points spread over an ellipse, none nearer the last ones than `apart`. */
export function scattered(count: number, rx: number, ry: number, seed: number, apart = 0): Point[] {
  const roll = dice(seed);
  const points: Point[] = [];
  for (let tries = 0; points.length < count && tries < count * 40; tries++) {
    const angle = roll() * Math.PI * 2;
    const reach = Math.sqrt(roll());
    const point: Point = [Math.cos(angle) * rx * reach, Math.sin(angle) * ry * reach];
    if (points.every(([x, y]) => Math.hypot(x - point[0], y - point[1]) >= apart)) points.push(point);
  }
  return points;
}

/** Short straight strokes at the points, turned any way, or around `heading` in degrees: grains, crumbs, shreds. */
export function flecks(points: Point[], length: number, seed: number, heading?: number, spread = 20): string {
  const roll = dice(seed);
  return points
    .map(whole)
    .map(([x, y]) => {
      const angle = heading === undefined ? roll() * 360 : heading + (roll() - 0.5) * spread * 2;
      const reach = length * (0.7 + roll() * 0.6);
      const dx = Math.cos((angle * Math.PI) / 180) * reach;
      const dy = Math.sin((angle * Math.PI) / 180) * reach;
      return `M${short(x)} ${short(y)}l${short(dx)} ${short(dy)}`;
    })
    .join("");
}

/** Bent strokes at the points: shredded cabbage, noodles, bonito flakes. */
export function curls(points: Point[], length: number, bend: number, seed: number, heading?: number): string {
  const roll = dice(seed);
  return points
    .map(whole)
    .map(([x, y]) => {
      const angle = (heading === undefined ? roll() * 360 : heading + (roll() - 0.5) * 50) * (Math.PI / 180);
      const reach = length * (0.7 + roll() * 0.6);
      const side = (roll() - 0.5) * 2 * bend;
      const [dx, dy] = [Math.cos(angle) * reach, Math.sin(angle) * reach];
      const control = `${short(dx / 2 - Math.sin(angle) * side)} ${short(dy / 2 + Math.cos(angle) * side)}`;
      return `M${short(x)} ${short(y)}q${control} ${short(dx)} ${short(dy)}`;
    })
    .join("");
}
