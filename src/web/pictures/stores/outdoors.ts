/** What more than one town has around the shop: roofs, clouds, trees, lit windows. */
import { circle, ellipse, ink, line, rect, round, shape, times } from "../ink.ts";

/** A tiled roof seen from the front: `top` and `bottom` are its edges' lengths, x its middle. */
export function tiledRoof(
  [x, y]: [number, number],
  [top, bottom, height]: [number, number, number],
  [tile, seam, edge]: [string, string, string],
): string {
  const rows = Math.round(bottom / 8);
  const along = (length: number, index: number): number => round(x - length / 2 + (length * index) / rows);
  const seams = times(
    rows - 1,
    (index) => `M${along(top, index + 1)} ${y}L${along(bottom, index + 1)} ${y + height}`,
  );
  return (
    shape(tile, `M${x - top / 2} ${y}H${x + top / 2}L${x + bottom / 2} ${y + height}H${x - bottom / 2}Z`) +
    line(seam, 1.1, seams, 'opacity=".7"') +
    line(seam, 0.8, `M${x - (top + bottom) / 4} ${y + height / 2}h${(top + bottom) / 2}`, 'opacity=".45"') +
    rect(x - top / 2 - 3, y - 3, top + 6, 5, seam, 'rx="2.5"') +
    rect(x - bottom / 2 - 1, y + height - 1, bottom + 2, 3, seam) +
    times(rows, (index) =>
      circle(round((along(bottom, index) + along(bottom, index + 1)) / 2), y + height + 0.6, 2.1, edge),
    )
  );
}

export const cloud = (x: number, y: number, width: number, fill: string, opacity = 1): string =>
  shape(
    fill,
    `M${x} ${y}h${width}a${round(width * 0.1)} ${round(width * 0.1)} 0 0 0 -${round(width * 0.08)} -${round(width * 0.16)}a${round(width * 0.17)} ${round(width * 0.17)} 0 0 0 -${round(width * 0.26)} -${round(width * 0.14)}a${round(width * 0.2)} ${round(width * 0.2)} 0 0 0 -${round(width * 0.36)} ${round(width * 0.08)}a${round(width * 0.12)} ${round(width * 0.12)} 0 0 0 -${round(width * 0.2)} ${round(width * 0.12)}a${round(width * 0.06)} ${round(width * 0.06)} 0 0 0 -${round(width * 0.1)} ${round(width * 0.1)}z`,
    `opacity="${opacity}"`,
  );

/** A round tree standing on y, `size` high: shade, leaves, and leaves in the light. */
export const tree = (
  x: number,
  y: number,
  size: number,
  [shade, leaf, light]: [string, string, string],
): string => {
  const s = (value: number): number => round(value * size);
  return (
    shape(
      ink.bark,
      `M${x - s(0.03)} ${y}L${x - s(0.02)} ${y - s(0.5)}H${x + s(0.02)}L${x + s(0.035)} ${y}Z`,
    ) +
    circle(x + s(0.13), y - s(0.55), s(0.2), shade) +
    circle(x - s(0.14), y - s(0.52), s(0.19), shade) +
    circle(x, y - s(0.72), s(0.26), leaf) +
    circle(x - s(0.16), y - s(0.6), s(0.14), leaf) +
    circle(x - s(0.07), y - s(0.8), s(0.13), light) +
    circle(x + s(0.09), y - s(0.64), s(0.08), light)
  );
};

/** Windows of a house front in a grid; every one for which `lit` holds gets the light's colour. */
export const windows = (
  [x, y]: [number, number],
  [columns, rows]: [number, number],
  [width, height, gap]: [number, number, number],
  fill: string,
  lit: (index: number) => boolean,
): string => {
  const one = (index: number): string =>
    lit(index)
      ? `M${round(x + (index % columns) * (width + gap))} ${round(y + Math.floor(index / columns) * (height + gap))}h${width}v${height}h-${width}z`
      : "";
  return shape(fill, times(columns * rows, one));
};

/** Broken light on water under something bright at x: strokes that widen and fade downwards. */
export const shimmer = (x: number, y: number, width: number, count: number, colour: string): string =>
  times(count, (index) => {
    const half = round((width / 2) * (0.55 + ((index * 5) % 7) / 9));
    const shift = round((((index * 3) % 5) - 2) * 1.1);
    return ellipse(
      round(x + shift),
      y + index * 4,
      half,
      0.9,
      colour,
      `opacity="${round(0.85 - index * 0.07)}"`,
    );
  });
