/** What stands and hangs in front of every shop of the chain: noren, lantern, bench, plants, boxes. */
import { at, circle, ellipse, ink, line, rect, round, shape, times } from "../ink.ts";

/** A noren of panels that stir a little, hung from a rod; the emblem (drawn for x and y 0) in its middle. */
export function noren(
  x: number,
  y: number,
  panels: number,
  [width, height]: [number, number],
  [cloth, fold]: [string, string],
  emblem: string,
): string {
  const panel = (index: number): string => {
    const left = round(x + index * width);
    const sway = index % 2 ? 1.6 : -0.6;
    const bottom = y + height + (index % 3 === 1 ? 1.2 : 0);
    const right = round(left + width - 0.7);
    return (
      shape(
        cloth,
        `M${left} ${y}H${right}L${round(right + sway)} ${bottom}Q${round(left + width / 2)} ${bottom + 1.8} ${round(left + sway)} ${bottom - 0.6}Z`,
      ) +
      shape(
        fold,
        `M${right} ${y}L${round(right + sway)} ${bottom}L${round(right + sway - 2.4)} ${bottom + 0.4}L${round(right - 1)} ${y}Z`,
        'opacity=".55"',
      )
    );
  };
  const whole = panels * width;
  return (
    times(panels, panel) +
    at(round(x + whole / 2), round(y + height / 2 + 0.5), emblem) +
    rect(x - 4, y - 2, whole + 8, 2.4, ink.bark, 'rx="1.2"')
  );
}

/** A paper lantern, its top at x and y, with the mark on it; `light` is the paper's fill. */
export const lantern = (x: number, y: number, light: string, mark = "", rib = "#b3672c"): string =>
  line(ink.charcoal, 0.8, `M${x} ${y - 4}V${y}`) +
  shape(
    light,
    `M${x - 4} ${y + 1.5}H${x + 4}C${x + 9.5} ${y + 5} ${x + 9.5} ${y + 16} ${x + 4} ${y + 19.5}H${x - 4}C${x - 9.5} ${y + 16} ${x - 9.5} ${y + 5} ${x - 4} ${y + 1.5}Z`,
  ) +
  line(
    rib,
    0.5,
    times(5, (index) => {
      const half = [6.4, 7.9, 8.2, 7.9, 6.4][index] ?? 7;
      return `M${x - half} ${y + 4.3 + index * 3.1}Q${x} ${y + 5.3 + index * 3.1} ${x + half} ${y + 4.3 + index * 3.1}`;
    }),
    'opacity=".45"',
  ) +
  rect(x - 4.2, y, 8.4, 2.2, ink.charcoal, 'rx=".8"') +
  rect(x - 4.2, y + 19, 8.4, 2.2, ink.charcoal, 'rx=".8"') +
  at(x, y + 10.6, mark);

/** A meal tied into a cloth, standing on y. */
export const bundle = (x: number, y: number, cloth: string, fold: string): string =>
  shape(
    cloth,
    `M${x - 7} ${y}Q${x - 8.4} ${y - 5.4} ${x - 5.4} ${y - 7}H${x + 5.4}Q${x + 8.4} ${y - 5.4} ${x + 7} ${y}Z`,
  ) +
  shape(fold, `M${x - 5.4} ${y - 7}Q${x} ${y - 3.4} ${x + 5.4} ${y - 7}L${x} ${y - 8.2}Z`) +
  shape(
    cloth,
    `M${x} ${y - 7}Q${x - 7} ${y - 7.6} ${x - 5.6} ${y - 11}Q${x - 2} ${y - 11} ${x} ${y - 8}Q${x + 2} ${y - 11} ${x + 5.6} ${y - 11}Q${x + 7} ${y - 7.6} ${x} ${y - 7}Z`,
  ) +
  circle(x, y - 7.6, 1.4, fold);

/** A filled box seen from the front and a little from above, standing on y: 16 wide. */
export const openBox = (x: number, y: number): string =>
  rect(x, y - 6, 16, 6, ink.charcoal, 'rx="1"') +
  rect(x + 1, y - 5.4, 6.4, 3.2, "#fffaf0", 'rx=".8"') +
  circle(x + 4.2, y - 3.8, 0.9, ink.vermilion) +
  rect(x + 8, y - 5.4, 3.4, 3.2, "#e9a13b", 'rx=".8"') +
  rect(x + 11.8, y - 5.4, 3.2, 3.2, ink.moss, 'rx=".8"') +
  rect(x, y - 1.8, 16, 1.8, ink.rust, 'rx=".6"');

/** Closed boxes on top of one another, standing on y: 11 wide. */
export const stack = (x: number, y: number, count: number): string =>
  times(
    count,
    (index) =>
      rect(x, y - 4 - index * 4.2, 11, 3.8, index % 2 ? ink.rust : ink.charcoal, 'rx=".7"') +
      rect(x + 3.6, y - 4 - index * 4.2, 3.8, 3.8, ink.paper),
  );

/** A bench of two boards standing on y, `width` wide, and its shadow. */
export const bench = (x: number, y: number, width: number): string =>
  ellipse(x + width / 2, y, width / 2 + 3, 2, ink.charcoal, 'opacity=".22"') +
  rect(x + 4, y - 11, 3, 11, ink.bark) +
  rect(x + width - 7, y - 11, 3, 11, ink.bark) +
  rect(x, y - 14, width, 3.2, ink.straw, 'rx="1"') +
  rect(x, y - 11.4, width, 1.6, ink.wood);

/** A pot with a round shrub, standing on y. */
export const shrub = (x: number, y: number, [leaf, shade]: [string, string], pot = "#a8593b"): string =>
  ellipse(x, y, 8, 1.6, ink.charcoal, 'opacity=".22"') +
  circle(x - 3.4, y - 13, 5, shade) +
  circle(x + 3.6, y - 13.4, 5, shade) +
  circle(x, y - 17, 5.6, leaf) +
  circle(x - 3.6, y - 14.4, 3, leaf) +
  shape(pot, `M${x - 5.6} ${y - 10}H${x + 5.6}L${x + 4} ${y}H${x - 4}Z`) +
  rect(x - 6.2, y - 10.6, 12.4, 2.4, pot, 'rx=".8"') +
  shape(ink.charcoal, `M${x + 1.4} ${y - 8.2}H${x + 5.4}L${x + 4} ${y}H${x + 1}Z`, 'opacity=".15"');

/** A pot with long leaves, standing on y. */
export const grass = (x: number, y: number, [leaf, shade]: [string, string], pot = ink.indigo): string =>
  ellipse(x, y, 7, 1.5, ink.charcoal, 'opacity=".22"') +
  shape(
    shade,
    `M${x} ${y - 8}Q${x - 9} ${y - 16} ${x - 8} ${y - 21}Q${x - 2} ${y - 17} ${x} ${y - 8}Q${x + 2} ${y - 18} ${x + 9} ${y - 20}Q${x + 8} ${y - 13} ${x} ${y - 8}Z`,
  ) +
  shape(
    leaf,
    `M${x} ${y - 8}Q${x - 5} ${y - 20} ${x - 2} ${y - 27}Q${x + 3} ${y - 19} ${x} ${y - 8}Q${x + 2} ${y - 20} ${x + 5} ${y - 24}Q${x + 6} ${y - 15} ${x} ${y - 8}Z`,
  ) +
  shape(
    pot,
    `M${x - 4.8} ${y - 9}H${x + 4.8}Q${x + 5.4} ${y - 2} ${x + 3.4} ${y}H${x - 3.4}Q${x - 5.4} ${y - 2} ${x - 4.8} ${y - 9}Z`,
  );

/** The board on the pavement with today's meal, standing on y. */
export const menuBoard = (x: number, y: number): string =>
  ellipse(x + 9, y, 11, 1.6, ink.charcoal, 'opacity=".22"') +
  line(ink.bark, 1.8, `M${x + 2} ${y - 22}L${x} ${y}M${x + 16} ${y - 22}L${x + 18} ${y}`) +
  rect(x, y - 26, 18, 21, ink.wood, 'rx="1"') +
  rect(x + 1.6, y - 24.4, 14.8, 17.8, "#3c4a42") +
  at(x + 1, y - 15, openBox(0, 0)) +
  line(ink.cream, 1, `M${x + 4} ${y - 12}H${x + 14}M${x + 4} ${y - 9.6}H${x + 11}`, 'opacity=".8"');
