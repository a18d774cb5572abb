import {
  blob,
  curls,
  dice,
  ellipse,
  fill,
  flecks,
  line,
  lit,
  mirrored,
  type Parts,
  type Point,
  rect,
  ring,
  scattered,
  smooth,
} from "../draw.ts";

/** A leaf of lettuce or cabbage to lay things on. */
const leaf = (seed: number, colour: string, vein: string): string => {
  const d = blob(40, 28, seed, 0.16, 18);
  return (
    fill(d, "#0d1d00", 'opacity=".3" transform="translate(1 3)"') +
    lit(d, colour, "soft") +
    line("M-34 4Q0 -2 34 2M-16 2L-24 -14M0 0L-4 -18M14 0L22 -15M-12 3L-16 18M6 2L12 18", vein, 1.8, 0.7) +
    line(d, "#e7f3b8", 1.4, 0.6)
  );
};

const floret = (seed: number): string => {
  const roll = dice(seed);
  const buds = scattered(13, 15, 10, seed, 6).map(([x, y], i) => {
    const r = 5 + roll() * 2;
    return (
      ellipse(x, y - 4, r, r * 0.9, i % 2 ? "#3f7f2c" : "#4c9236") +
      line(
        flecks(
          scattered(6, r * 0.7, r * 0.6, seed + i).map(([a, b]): Point => [a + x, b + y - 4]),
          1,
          i,
        ),
        "#86c458",
        1.5,
      )
    );
  });
  return (
    ellipse(2, 8, 18, 11, "#0d1d00", 'opacity=".35"') +
    fill("M-7 2Q-5 14 -8 18H8Q5 14 8 2Z", "#a8cc74") +
    ellipse(0, -3, 19, 13, "#2c611f") +
    buds.join("") +
    ellipse(0, -4, 20, 14, "url(#round)", 'opacity=".7"')
  );
};

const lemon = (): string =>
  fill("M-22 -4A22 22 0 0 0 22 -4Q0 -10 -22 -4Z", "#3d2a00", 'opacity=".35" transform="translate(1 4)"') +
  fill("M-22 -4A22 20 0 0 0 22 -4Q0 -10 -22 -4Z", "#f4c81e") +
  fill("M-19 -5A19 15 0 0 0 19 -5Q0 -9 -19 -5Z", "#fff3b8") +
  fill("M-16 -4A16 12 0 0 0 -6 6L-1 -5ZM16 -4A16 12 0 0 1 6 6L1 -5ZM-4 7A16 12 0 0 0 4 7L0 -4Z", "#fbdb4a") +
  line("M-10 -3q4 -2 7 -1M7 -3l4 -1", "#fff", 1.8, 0.9);

/** Five petals: cut from a carrot, or a cherry blossom. */
const flower = (colour: string, vein: string, heart: string): string => {
  const petals = [0, 72, 144, 216, 288]
    .map((angle) => `<circle cx="0" cy="-8" r="6.6" fill="${colour}" transform="rotate(${angle})"/>`)
    .join("");
  return (
    `<g transform="translate(1 3)" opacity=".35">${ellipse(0, 0, 15, 14, "#240d00")}</g>` +
    petals +
    ellipse(0, 0, 8, 8, colour) +
    line("M0 0V-11M0 0L10.5 -3.4M0 0L6.5 9M0 0L-6.5 9M0 0L-10.5 -3.4", vein, 1.2, 0.7) +
    ellipse(0, 0, 3, 3, heart) +
    line("M-8 -9q2 -3 5 -3", "#fff", 1.8, 0.55)
  );
};

const star = (): string => {
  const points = Array.from({ length: 10 }, (_, i): Point => {
    const r = i % 2 ? 7 : 15;
    return [Math.sin((i * Math.PI) / 5) * r, -Math.cos((i * Math.PI) / 5) * r];
  });
  const d = `M${points.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 3)"') +
    `<path d="${d}" fill="#f27f2b" stroke="#f27f2b" stroke-width="3"/>` +
    fill(d, "url(#round)", 'opacity=".6"') +
    line("M-5 -4q2 -4 5 -5", "#fff", 1.8, 0.6)
  );
};

/** A slice of lotus root: ten holes in a ring. */
const lotus = (): string => {
  const d = blob(19, 16, 6, 0.05, 12);
  const holes = [0, 1, 2, 3, 4, 5, 6]
    .map((i) => {
      const angle = (i / 7) * Math.PI * 2;
      return ellipse(Math.cos(angle) * 11, Math.sin(angle) * 9, 3, 2.6, "#7b4a20");
    })
    .join("");
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 3)"') +
    lit(d, "#e2b981") +
    ring(0, 0, 18, 15, "#a86d35", 1.4, 'opacity=".7"') +
    holes +
    ellipse(0, 0, 2.6, 2.2, "#7b4a20")
  );
};

const taro = (): string => {
  const d = blob(16, 14, 4, 0.07, 8);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 4)"') +
    lit(d, "#c9a27b") +
    line("M-9 -5q6 -5 13 -3", "#fff", 2.4, 0.55) +
    line("M-10 5q9 6 19 0", "#7a5230", 1.2, 0.4)
  );
};

const tomato = (): string =>
  ellipse(1, 4, 14, 12, "#240d00", 'opacity=".35"') +
  ellipse(0, 0, 14, 13, "#dc2f22") +
  ellipse(0, 0, 14, 13, "url(#round)") +
  fill("M0 -8l2 -4 1 4 5 -1 -4 3 2 4 -5 -3 -4 3 1 -4 -4 -2z", "#4f8f32") +
  line("M-8 -3q1 -5 5 -6", "#fff", 2.2, 0.75);

/** A ring of spring onion. */
const onion = (): string => ring(0, 0, 3.2, 2.8, "#5fa03a", 2) + ring(0, 0, 3, 2.6, "#bfe08a", 0.9);

const shredded = (): string =>
  ellipse(0, 3, 33, 22, "#1a2a00", 'opacity=".3"') +
  ellipse(0, 0, 31, 20, "#b9d489") +
  line(curls(scattered(46, 24, 15, 12), 17, 6, 3), "#d6e8ab", 2) +
  line(curls(scattered(44, 24, 15, 14), 16, 6, 4), "#8fb95a", 1.4, 0.8) +
  line(curls(scattered(36, 24, 14, 18), 16, 6, 5), "#f4fadb", 1.8);

/** Braised burdock and carrot in fine strips, glossy. */
const kinpira = (): string =>
  ellipse(0, 2, 27, 19, "#240d00", 'opacity=".45"') +
  ellipse(0, 0, 25, 17, "#6b3d18") +
  line(curls(scattered(34, 21, 13, 22), 15, 4, 6).replaceAll("Z", ""), "#8f5a29", 2.6) +
  line(curls(scattered(22, 20, 12, 26), 15, 4, 8), "#b98246", 2) +
  line(curls(scattered(15, 20, 12, 28), 14, 4, 9), "#f0802c", 2.4) +
  line(flecks(scattered(14, 22, 14, 31, 5), 2, 3), "#fff0cc", 2.2);

/** Yellow pickled radish, a half moon. */
const takuan = (): string =>
  fill("M-12 4A12 11 0 0 1 12 4Z", "#240d00", 'opacity=".35" transform="translate(1 3)"') +
  fill("M-12 4A12 11 0 0 1 12 4Z", "#f6cf2e") +
  fill("M-12 4A12 11 0 0 1 12 4Z", "url(#soft)") +
  line("M-9 2A9 8 0 0 1 9 2", "#fff2a0", 1.4, 0.8);

const shiitake = (): string =>
  ellipse(1, 4, 15, 12, "#240d00", 'opacity=".4"') +
  ellipse(0, 0, 15, 12.5, "#6b3f1e") +
  ellipse(0, 0, 15, 12.5, "url(#round)") +
  line("M-8 0H8M0 -7V7", "#e8cfa0", 2.6, 0.85) +
  line("M-10 -5q3 -4 7 -5", "#fff", 1.8, 0.5);

/** A green pepper strip, a bean, a pea pod: one bent bright shape. */
const strip = (): string =>
  line("M-14 3Q0 -7 14 2", "#1d3a08", 8, 0.4) +
  line("M-14 1Q0 -9 14 0", "#3f8a2d", 7) +
  line("M-12 -1Q0 -9 12 -2", "#8fce5e", 2, 0.9);

const shiso = (): string => {
  const points = Array.from({ length: 26 }, (_, i): Point => {
    const t = (i / 26) * Math.PI * 2;
    const r = 1 + (i % 2 ? -0.1 : 0.08);
    return [Math.cos(t) * 34 * r, Math.sin(t) * 22 * r * (1 - 0.25 * Math.cos(t))];
  });
  const d = smooth(points);
  return (
    fill(d, "#0d1d00", 'opacity=".3" transform="translate(1 3)"') +
    lit(d, "#4f8b3c", "soft") +
    line(
      "M-32 0H36M-18 0L-26 -12M-18 0L-26 12M-2 0L-10 -16M-2 0L-10 16M14 0L8 -14M14 0L8 14",
      "#a5cf84",
      1.3,
      0.7,
    )
  );
};

export const vegetables: Parts = {
  lettuce: leaf(3, "#8dbb4b", "#d8eba6"),
  shiso: shiso(),
  "floret-a": floret(4),
  "floret-b": mirrored("floret-a"),
  lemon: lemon(),
  carrot: flower("#ee7423", "#b84a0e", "#ffb05c"),
  sakura: flower("#f7b3c2", "#d56a86", "#fff0b0"),
  star: star(),
  lotus: lotus(),
  taro: taro(),
  tomato: tomato(),
  onion: onion(),
  shredded: shredded(),
  kinpira: kinpira(),
  takuan: takuan(),
  shiitake: shiitake(),
  strip: strip(),
  nori: `<pattern id="nori" width="40" height="40" patternUnits="userSpaceOnUse">${rect(0, 0, 40, 40, 0, "#1b2a20")}${line(
    flecks(
      scattered(40, 30, 30, 2).map(([x, y]) => [x + 20, y + 20]),
      6,
      3,
    ),
    "#31483a",
    1.4,
    0.9,
  )}${line(
    flecks(
      scattered(26, 30, 30, 5).map(([x, y]) => [x + 20, y + 20]),
      4,
      4,
    ),
    "#0e1812",
    1.6,
  )}</pattern>`,
};

/** Spring onion rings over a place. */
export const onions = (cx: number, cy: number, rx: number, ry: number, count: number, seed: number): string =>
  scattered(count, rx, ry, seed, 4.5)
    .map(([x, y]) => `<use href="#onion" x="${(cx + x).toFixed(0)}" y="${(cy + y).toFixed(0)}"/>`)
    .join("");

/** A sheet of nori with its dull sheen. */
export const noriSheet = (d: string): string =>
  fill(d, "#000", 'opacity=".35" transform="translate(1 3)"') + fill(d, "url(#nori)") + fill(d, "url(#fall)");
