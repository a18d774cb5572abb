import { curls, flecks, type Parts, type Point, scattered, use } from "../draw.ts";

/**
 * Lines that many dishes are made of, kept once and without a colour: noodles in a tangle, fine shreds, crumbs. All stay
 * inside an ellipse of 100 by 60 units around 0,0; each use turns and stretches them and gives them its own colour.
 */
const bare = (id: string, d: string): string => `<path id="${id}" fill="none" d="${d}"/>`;

/** Strokes whose ends, too, stay inside. */
const within = (d: string): string =>
  d
    .split(/(?=M)/)
    .filter((stroke) => {
      const [x = 0, y = 0, ...rest] = (stroke.match(/-?[\d.]+/g) ?? []).map(Number);
      const [dx = 0, dy = 0] = rest.slice(-2);
      return Math.hypot((x + dx) / 100, (y + dy) / 60) < 1;
    })
    .join("");
const spread = (count: number, seed: number, apart: number): Point[] => scattered(count, 98, 58, seed, apart);

const tangle = (seed: number): string => within(curls(spread(110, seed, 6), 46, 40, seed));
const shreds = (seed: number): string => within(curls(spread(130, seed, 5), 17, 10, seed));

/** Bits that fill a slanting stripe instead, 50 units wide and 150 high. */
const stripe = (count: number, seed: number): string =>
  flecks(
    scattered(count, 100, 78, seed, 3.4).filter(([x, y]) => Math.abs(x + y * 0.347) < 22),
    3.6,
    seed,
  );

export const strewnParts: Parts = {
  "tangle-a": bare("tangle-a", tangle(3)),
  "tangle-b": bare("tangle-b", tangle(8)),
  "shreds-a": bare("shreds-a", shreds(5)),
  "shreds-b": bare("shreds-b", shreds(11)),
  "stripe-a": bare("stripe-a", stripe(340, 6)),
  "stripe-b": bare("stripe-b", stripe(190, 9)),
  "crumbs-a": bare("crumbs-a", flecks(spread(90, 6, 7), 2.4, 4)),
  "crumbs-b": bare("crumbs-b", flecks(spread(46, 9, 12), 2.4, 7)),
};

type Lines = `${"tangle" | "shreds" | "crumbs" | "stripe"}-${"a" | "b"}`;

/** Strews lines over a place, in a colour; the width grows with `size`. */
export const strewn = (
  id: Lines,
  x: number,
  y: number,
  colour: string,
  width: number,
  turn = 0,
  size = 1,
  sizeY = size,
): string => use(id, x, y, turn, size, sizeY, `stroke="${colour}" stroke-width="${width}"`);
