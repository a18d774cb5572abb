import {
  blob,
  dice,
  ellipse,
  fill,
  flecks,
  line,
  type Parts,
  type Point,
  rect,
  scattered,
  short,
} from "../draw.ts";

const TILE = 96;

/** Grains spread over a tile that repeats without a seam: those that reach over an edge come back on the other side. */
function grains(count: number, seed: number): string {
  const roll = dice(seed);
  let d = "";
  for (let i = 0; i < count; i++) {
    const angle = roll() * Math.PI * 2;
    const dx = Math.cos(angle) * 3.7;
    const dy = Math.sin(angle) * 3.7;
    const [x, y] = [roll() * TILE, roll() * TILE];
    const across = x < 6 ? [0, TILE] : x > TILE - 6 ? [0, -TILE] : [0];
    const down = y < 6 ? [0, TILE] : y > TILE - 6 ? [0, -TILE] : [0];
    for (const moveX of across)
      for (const moveY of down) d += `M${short(x + moveX)} ${short(y + moveY)}l${short(dx)} ${short(dy)}`;
  }
  return d;
}

function pattern(id: string, ground: string, shadow: string, back: string, front: string): string {
  const layer = (of: string, colour: string) =>
    `<use href="#grains-${of}" x=".6" y="1" stroke="${shadow}" stroke-width="4"/><use href="#grains-${of}" stroke="${colour}" stroke-width="3.5"/>`;
  return `<pattern id="${id}" width="${TILE}" height="${TILE}" patternUnits="userSpaceOnUse">${rect(0, 0, TILE, TILE, 0, ground)}${layer("back", back)}${layer("front", front)}</pattern>`;
}

export type Rice = "rice" | "rice-brown" | "rice-clam" | "rice-ketchup";
export const rice: Parts = {
  "grains-back": `<path id="grains-back" d="${grains(150, 3)}"/>`,
  "grains-front": `<path id="grains-front" d="${grains(110, 8)}"/>`,
  rice: pattern("rice", "#efe4cc", "#dccdb0", "#faf4e6", "#fffefa"),
  "rice-brown": pattern("rice-brown", "#d9a858", "#a8722c", "#e9c27c", "#f8dfa8"),
  "rice-clam": pattern("rice-clam", "#b98a4e", "#8a5c28", "#cda065", "#e3c08a"),
  "rice-ketchup": pattern("rice-ketchup", "#cf5420", "#a23608", "#e6763a", "#f59d66"),
};

/** Rice pressed into a well, its surface a little rounded. */
export function riceBed(x: number, y: number, w: number, h: number, kind: Rice = "rice"): string {
  const d = rect(x, y, w, h, 16, `url(#${kind})`);
  return rect(x + 1, y + 3, w, h, 16, "#2a0d00", 'opacity=".45"') + d + rect(x, y, w, h, 16, "url(#mound)");
}

/** Rice in a bowl, or heaped on a plate. */
export const riceHeap = (
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  kind: Rice = "rice",
  seed = 5,
): string => {
  const d = blob(rx, ry, seed, 0.04, 14, cx, cy);
  return (
    fill(d, "#2a0d00", `opacity=".4" transform="translate(2 4)"`) +
    fill(d, `url(#${kind})`) +
    fill(d, "url(#mound)")
  );
};

/** A small pressed barrel of rice. */
export const barrel = (x: number, y: number, w = 50, h = 25): string =>
  rect(x + 1, y + 3, w, h, 11, "#2a0d00", 'opacity=".45"') +
  rect(x, y, w, h, 11, "url(#rice)") +
  rect(x, y, w, h, 11, "url(#mound)");

/** Black or white sesame over a place. */
export function sesame(cx: number, cy: number, rx: number, ry: number, count: number, black = false): string {
  const points = scattered(count, rx, ry, count + Math.round(cx + cy), 4).map(
    ([x, y]): Point => [x + cx, y + cy],
  );
  const d = flecks(points, 2.2, count);
  return black ? line(d, "#221a16", 2.2) : line(d, "#5a2c0a", 2.8, 0.35) + line(d, "#fff0cc", 2.2);
}

/** A pickled plum with its wrinkles and light. */
export const umeboshi = (x: number, y: number, r = 11): string =>
  ellipse(x + 1, y + 3, r, r * 0.9, "#4a1010", 'opacity=".4"') +
  ellipse(x, y, r, r * 0.92, "#c22a35") +
  ellipse(x, y, r, r * 0.92, "url(#round)") +
  line(`M${x - 5} ${y + 2}q3 -3 5 1t6 -1M${x - 2} ${y + 6}q3 -2 6 -1`, "#7d0f1c", 1.2, 0.6) +
  line(`M${x - 5} ${y - 4}q3 -3 6 -2`, "#fff", 2, 0.7);

const left = riceBed(34, 35, 112, 156);
rice["rice-plum"] = left + sesame(90, 112, 42, 58, 26, true) + umeboshi(90, 112);
rice["rice-sesame"] = left + sesame(90, 112, 44, 64, 34, true);
rice["rice-bowl"] = riceHeap(160, 108, 110, 67);
