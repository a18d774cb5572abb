/** The storefront's colours and the few helpers the pictures of shops and states are drawn with. */
export const ink = {
  cream: "#fbf1dc",
  paper: "#f2dcb2",
  vermilion: "#c8452b",
  rust: "#98331f",
  indigo: "#37447a",
  night: "#1c2346",
  moss: "#7c8c4d",
  fern: "#4b5d38",
  charcoal: "#2f2926",
  straw: "#c9965f",
  wood: "#8c5b3b",
  bark: "#5b3b29",
  lamp: "#ffcf73",
  glow: "#fff0c2",
  skin: "#f1c39c",
};

/** The same drawing `count` times, each told its number. */
export const times = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join("");

/** A number with one decimal at most, as paths need no more. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** One stop of a gradient: where (0 to 1), the colour, and how opaque it is (1 unless told). */
type Stop = [at: number, colour: string, opacity?: number];

const stops = (list: Stop[]): string =>
  list
    .map(
      ([at, colour, opacity]) =>
        `<stop offset="${at}" stop-color="${colour}"${opacity === undefined ? "" : ` stop-opacity="${opacity}"`}/>`,
    )
    .join("");

/** A gradient from top to bottom of what it fills. */
export const fade = (id: string, ...list: Stop[]): string =>
  `<linearGradient id="${id}" x2="0" y2="1">${stops(list)}</linearGradient>`;

/** A gradient from the middle outwards, mostly to nothing: light around a lamp. */
export const halo = (id: string, ...list: Stop[]): string =>
  `<radialGradient id="${id}">${stops(list)}</radialGradient>`;

export const rect = (x: number, y: number, width: number, height: number, fill: string, more = ""): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"${more && ` ${more}`}/>`;

/** A filled outline. */
export const shape = (fill: string, d: string, more = ""): string =>
  `<path fill="${fill}" d="${d}"${more && ` ${more}`}/>`;

/** A line that is not filled. */
export const line = (stroke: string, width: number, d: string, more = ""): string =>
  `<path fill="none" stroke="${stroke}" stroke-width="${width}" d="${d}"${more && ` ${more}`}/>`;

export const circle = (x: number, y: number, radius: number, fill: string, more = ""): string =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"${more && ` ${more}`}/>`;

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, more = ""): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"${more && ` ${more}`}/>`;

/** A whole picture. Its strokes are its own, whatever ends the sprite around it gives to those of its other pictures. */
export const picture = (definitions: string, content: string): string =>
  `<defs>${definitions}</defs><g stroke-linecap="butt" stroke-linejoin="miter">${content}</g>`;

/** A drawing moved and scaled. */
export const at = (x: number, y: number, content: string, scale = 1): string =>
  `<g transform="translate(${x} ${y})${scale === 1 ? "" : ` scale(${scale})`}">${content}</g>`;
