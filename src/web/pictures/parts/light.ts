import { fill, line, type Parts, use } from "../draw.ts";

/** Light comes from the upper left in every picture: these gradients are laid over a flat colour. */
const radial = (id: string, at: string, ...stops: [offset: number, colour: string, opacity?: number][]) =>
  `<radialGradient id="${id}" ${at}>${stops.map(stop).join("")}</radialGradient>`;
const linear = (id: string, at: string, ...stops: [offset: number, colour: string, opacity?: number][]) =>
  `<linearGradient id="${id}" ${at}>${stops.map(stop).join("")}</linearGradient>`;
const stop = ([offset, colour, opacity]: [number, string, number?]) =>
  `<stop offset="${offset}" stop-color="${colour}"${opacity === undefined ? "" : ` stop-opacity="${opacity}"`}/>`;

const WISP = "M0 0C-9 -14 9 -26 1 -42C-4 -52 3 -60 6 -66C2 -58 6 -52 9 -42C14 -24 -3 -14 4 0Z";

export const light: Parts = {
  round: radial(
    "round",
    'cx=".4" cy=".35" r=".72"',
    [0, "#fff3d0", 0.5],
    [0.45, "#ffe9c0", 0.08],
    [0.72, "#5a2400", 0.12],
    [1, "#3d1600", 0.5],
  ),
  soft: radial("soft", 'cx=".42" cy=".38" r=".7"', [0, "#fff", 0.35], [0.55, "#fff", 0], [1, "#4a2a00", 0.3]),
  mound: radial(
    "mound",
    'cx=".46" cy=".42" r=".72"',
    [0, "#fff", 0.3],
    [0.65, "#fff", 0],
    [1, "#6a4310", 0.3],
  ),
  fall: linear("fall", 'x2=".5" y2="1"', [0, "#fff", 0.32], [0.45, "#fff", 0], [1, "#2a0d00", 0.35]),
  well: linear("well", 'x2=".35" y2="1"', [0, "#2a0d00", 0.5], [0.2, "#2a0d00", 0.14], [0.6, "#2a0d00", 0]),
  glass: linear(
    "glass",
    'x2="1"',
    [0, "#fff", 0.55],
    [0.12, "#fff", 0.12],
    [0.3, "#fff", 0.4],
    [0.42, "#fff", 0.02],
    [0.85, "#000", 0.08],
    [1, "#000", 0.25],
  ),
  barrel: linear(
    "barrel",
    'x2="1"',
    [0, "#000", 0.28],
    [0.16, "#fff", 0.1],
    [0.3, "#fff", 0.42],
    [0.5, "#fff", 0],
    [1, "#000", 0.42],
  ),
  cast: radial("cast", "", [0, "#1d0d00", 0.55], [0.7, "#1d0d00", 0.35], [1, "#1d0d00", 0]),
  vapour: linear("vapour", 'x2="0" y2="1"', [0, "#fff", 0], [0.4, "#fff", 0.45], [1, "#fff", 0]),
  toast: radial("toast", "", [0, "#8a3f0a", 0.75], [0.55, "#a8560f", 0.45], [1, "#c98020", 0]),
  wisp: fill(WISP, "url(#vapour)"),
  steam: use("wisp", -20, 4, -4) + use("wisp", 2, 0, 3, 1.25) + use("wisp", 24, 6, 0, -1, 1),
};

/** Three wisps of steam rising from a point. */
export const steam = (x: number, y: number, size = 1): string => use("steam", x, y, 0, size);

/** A wet highlight: a bright bent stroke and a dot at its end. */
export const gloss = (x: number, y: number, length = 16, turn = 0, opacity = 0.7): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${line(`M0 0q${length / 2} ${-length / 3} ${length} 0m5 3h.1`, "#fff", 2.6, opacity)}</g>`;

/** The dark a thing throws on what it lies on. */
export const cast = (x: number, y: number, rx: number, ry: number): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="url(#cast)"/>`;
