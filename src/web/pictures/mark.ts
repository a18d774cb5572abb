/** The chain's mark and name, drawn stroke by stroke, as an SVG in an `<img>` has no fonts of ours. */
import { at, circle, line, round } from "./ink.ts";

/** 取 in a box of 20 by 20 units, one stroke of the brush after the other. */
const strokes =
  "M1 3.4H11.2M3.2 3.4V15.6M8.9 3.4V19M3.2 7.4H8.9M3.2 11.4H8.9M.8 16.4L11.2 14.2" +
  "M12.2 5.4H18.2C17.2 10.6 14.8 15.3 11.2 18.4M12.8 8.4C13.9 12.9 16.2 16.2 19.4 18.3";

/** The chain's mark 取, its middle at x and y. */
export const mark = (x: number, y: number, size: number, colour: string): string =>
  at(x - size / 2, y - size / 2, line(colour, 2.1, strokes, 'stroke-linecap="round"'), round(size / 2) / 10);

/** とりおき, the chain's name, one letter after the other in boxes of 20 by 20 units. */
const letters = [
  "M5.6 1.6C5.6 5 6.6 7.6 7.8 9.4M17 5.4C10.4 8.4 4.4 11.4 4.4 15.2C4.4 19 12 18.6 17.6 17.6",
  "M5.4 2.2C4.4 6.6 4.6 10.4 5.6 12.2C6.6 11.4 7.6 9.4 8.4 8M14 1.6C16 8.6 15.4 15 8.6 19",
  "M2.4 6.4H13.2M7.4 1.6V15.4C7.4 19.4 2.4 18 2.6 15.2C2.8 12 9.4 9.6 13.6 11C18.4 12.8 16.4 18.6 10.6 18M15.4 4.2L18.6 7.4",
  "M3.6 5.6L15.4 4.4M3.4 10.2L16.6 8.8M8.4 1.4L14.4 13.4C11.6 12 9 12 7 12.6C3.6 14 4.4 18.6 15 18",
];

/** The chain's name, its middle at x and y, each letter `size` high, side by side. */
export const chainName = (x: number, y: number, size: number, colour: string, pace = 1.3): string =>
  letters
    .map((letter, index) =>
      at(
        round(x + (index - 1.5) * size * pace - size / 2),
        round(y - size / 2),
        line(colour, 2.1, letter, 'stroke-linecap="round"'),
        size / 20,
      ),
    )
    .join("");

/** The mark in a disc, as on noren and signs. */
export const emblem = (x: number, y: number, radius: number, disc: string, colour: string): string =>
  circle(x, y, radius, disc) + mark(x, y, round(radius * 1.25), colour);
