import { blob, curls, ellipse, fill, flecks, line, lit, type Point, scattered, use } from "../draw.ts";
import { gloss } from "../parts/light.ts";
import { bowl, plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

const around = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);

/** Mashed potato heaped up, with the marks of the spoon. */
function mash(colour: string, light: string, deep: string): string {
  const d = blob(92, 60, 12, 0.07, 15, 160, 102);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(3 8)"') +
    lit(d, colour, "mound") +
    scattered(26, 76, 46, 6, 15)
      .map(([x, y], i) =>
        fill(blob(13, 9, i + 4, 0.2, 8, 160 + x, 98 + y), i % 2 ? light : deep, 'opacity=".5"'),
      )
      .join("") +
    line(curls(around(scattered(16, 72, 42, 9, 16), 152, 96), 18, 12, 4), "#fff", 3, 0.7)
  );
}

/** A thin slice of cucumber. */
const cucumber = (x: number, y: number, turn: number): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${ellipse(1, 3, 15, 11, "#0d1d00", 'opacity=".3"')}${ellipse(0, 0, 15, 11, "#3f7f2c")}${ellipse(0, -0.5, 13, 9.4, "#d3eaa0")}${ellipse(0, -0.5, 8, 5.4, "#b9dc84")}${line("M-4 -1h.1M0 -3h.1M4 -1h.1M0 2h.1", "#f4fbd8", 2)}</g>`;

const baconBit = (x: number, y: number, turn: number): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${fill("M-11 -5Q0 -8 11 -4L10 6Q0 3 -10 6Z", "#c24a38")}${line("M-9 0Q0 -3 10 1", "#ffd9c0", 3)}${fill("M-11 -5Q0 -8 11 -4L10 6Q0 3 -10 6Z", "url(#round)")}</g>`;

/** Clear noodles, shining. */
const glassNoodles = (): string => {
  const strands = (seed: number, count: number) =>
    curls(around(scattered(count, 80, 46, seed, 5), 146, 102), 40, 36, seed);
  return (
    fill(blob(98, 60, 5, 0.05, 16, 160, 106), "#b89a5e", 'opacity=".8"') +
    line(strands(3, 56), "#a8894c", 5.4, 0.7) +
    line(strands(3, 56), "#ecdcae", 4) +
    line(strands(7, 46), "#f8efd0", 3.2, 0.9) +
    line(strands(11, 24), "#fff", 1.4, 0.95)
  );
};

const strips = (colour: string, edge: string, seed: number, count: number, length = 26): string => {
  const d = flecks(around(scattered(count, 72, 40, seed, 13), 152, 98), length, seed);
  return line(d, edge, 6.4, 0.8) + line(d, colour, 4.6);
};

/** Blanched greens laid in a bundle, stems to the left. */
const bundle = (y: number): string => {
  const stems = `M66 ${y}Q110 ${y - 10} 150 ${y}M68 ${y + 7}Q110 ${y - 2} 150 ${y + 6}M66 ${y + 14}Q110 ${y + 6} 150 ${y + 13}M70 ${y + 20}Q112 ${y + 14} 150 ${y + 19}`;
  return (
    line(stems, "#3a6a1c", 9) +
    line(stems, "#a8cf6a", 6) +
    line(stems, "#e3f3b4", 1.6, 0.9) +
    [0, 1, 2, 3, 4, 5]
      .map(
        (i) =>
          `<g transform="translate(${168 + (i % 3) * 28} ${y + 2 + Math.floor(i / 3) * 14})rotate(${(i * 47) % 50})">${lit(blob(24, 11, i + 5, 0.18, 10), i % 2 ? "#2f6a26" : "#3f7f30", "soft")}${line("M-16 0Q0 -5 16 1", "#a8d080", 1.4, 0.7)}</g>`,
      )
      .join("")
  );
};

/** Water eggplant torn by hand: pale flesh, violet skin. */
const torn = (x: number, y: number, turn: number, seed: number): string => {
  const d = blob(28, 16, seed, 0.12, 10);
  return `<g transform="translate(${x} ${y})rotate(${turn})">${fill(d, "#140518", 'opacity=".35" transform="translate(2 4)"')}${lit(d, "#f3ecd0", "soft")}${fill("M-28 2C-24 14 -8 18 6 16C20 14 28 8 28 2C14 10 -10 12 -28 2Z", "#5f2f86")}${line("M-18 -5Q0 -9 18 -4M-14 2Q0 -2 14 2", "#cfc08e", 1.4, 0.7)}${line("M-16 -10q10 -4 20 -3M-10 13q8 2 14 1", "#fff", 2, 0.7)}</g>`;
};

const wedge = (x: number, y: number, turn: number): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${fill("M-22 -6Q0 -12 22 -6Q16 14 0 15Q-16 14 -22 -6Z", "#240500", 'opacity=".35" transform="translate(1 4)"')}${lit("M-22 -6Q0 -12 22 -6Q16 14 0 15Q-16 14 -22 -6Z", "#dc3322", "soft")}${fill("M-16 -4Q-8 -7 -3 -5Q-4 5 -8 8Q-14 4 -16 -4ZM4 -5Q10 -7 16 -4Q13 5 8 8Q4 4 4 -5Z", "#f5764e")}${line("M-11 -1h.1M-8 3h.1M9 -1h.1M8 3h.1", "#ffe9a8", 2.2)}${line("M-14 -7q8 -2 14 -2", "#fff", 1.8, 0.7)}</g>`;

const corn = (): string =>
  scattered(80, 90, 54, 6, 9)
    .map(([x, y]) => `<use href="#kernel" x="${(160 + x).toFixed(0)}" y="${(104 + y).toFixed(0)}"/>`)
    .join("");

export const coldSides: Record<string, string> = {
  "potato-salad":
    ground("linen") +
    bowl("green") +
    lay(["lettuce", 92, 96, 0, 1.5], ["lettuce", 226, 98, 90, 1.5], ["lettuce", 160, 140, 20, 1.6]) +
    mash("#f7e6b0", "#fff6d6", "#e9cf8a") +
    cucumber(112, 96, -20) +
    cucumber(168, 72, 10) +
    cucumber(206, 110, 30) +
    cucumber(142, 126, 0) +
    cucumber(186, 138, -30) +
    baconBit(136, 86, 20) +
    baconBit(196, 86, -30) +
    baconBit(168, 108, 60) +
    baconBit(112, 120, -10) +
    baconBit(220, 130, 10) +
    line(flecks(around(scattered(24, 76, 46, 5, 10), 160, 100), 1, 4), "#4a3a24", 2, 0.8),
  "shibazuke-potato-salad":
    ground("sage") +
    plate("indigo", 136, 94) +
    `<g transform="translate(0 16)">${mash("#f1d3d6", "#fbe9e6", "#dfa9bb")}${line(flecks(around(scattered(40, 78, 48, 5, 9), 160, 100), 7, 4), "#7d1f5c", 5)}${line(flecks(around(scattered(26, 76, 46, 8, 10), 160, 99), 5, 6), "#c0408c", 3.4)}</g>` +
    lay(["shiso", 236, 146, 130, 1.1]) +
    line(curls(around(scattered(16, 30, 16, 4, 3), 156, 92), 13, 4, 5), "#3f7a34", 2.8) +
    gloss(100, 96, 18),
  "komatsuna-ohitashi":
    ground("clay") +
    bowl("navy") +
    ellipse(160, 107, 110, 67, "#d9b25c", 'opacity=".75"') +
    bundle(78) +
    bundle(112) +
    lay(
      ["aburaage", 112, 92, -20, 1.15],
      ["aburaage", 204, 132, 30, 1.15],
      ["aburaage", 158, 146, 90, 0.95],
      ["bonito", 168, 96, 0, 1.2],
    ) +
    line("M76 138q16 18 44 24M212 158q20 -6 32 -20", "#fff", 3, 0.7),
  "glass-noodle-salad":
    ground("plum") +
    bowl("white") +
    glassNoodles() +
    strips("#f2a0a0", "#c0605c", 5, 12) +
    strips("#cbe68e", "#4a8a2c", 9, 13) +
    lay(["egg-shreds", 164, 96, 0, 1.35]) +
    strips("#f7b4b0", "#c0605c", 14, 4, 20) +
    `<g transform="translate(0 0)">${line(flecks(around(scattered(40, 84, 50, 7, 8), 160, 104), 2, 4), "#fff3cf", 2.4)}</g>` +
    gloss(92, 92, 16) +
    gloss(200, 128, 18),
  "manganji-pepper-jako":
    ground("wood") +
    plate("celadon", 140, 96) +
    ellipse(160, 136, 96, 46, "#8a5a1c", 'opacity=".35"') +
    lay(
      ["pepper", 146, 84, -12, 1.75],
      ["pepper", 172, 114, 8, 1.8],
      ["pepper", 142, 144, -6, 1.75],
      ["jako", 150, 104, 0, 1.2],
      ["jako", 190, 126, 60, 1.05],
      ["jako", 126, 128, 20, 0.9],
    ) +
    gloss(108, 112, 20) +
    gloss(186, 96, 18),
  "mizunasu-salad":
    ground("sky") +
    plate("white", 140, 96) +
    lay(["shiso", 92, 104, 190, 1.3], ["shiso", 230, 130, 20, 1.3]) +
    torn(112, 98, -20, 3) +
    wedge(158, 86, 10) +
    torn(206, 98, 14, 5) +
    torn(100, 138, 12, 8) +
    wedge(222, 136, -30) +
    torn(178, 122, -12, 9) +
    wedge(128, 120, 40) +
    torn(150, 154, 4, 11) +
    wedge(194, 160, 16) +
    line(curls(around(scattered(20, 44, 24, 4, 4), 156, 116), 15, 4, 5), "#3f7a34", 3) +
    lay(["ginger", 164, 108, 0, 1.3]) +
    line("M96 168q30 10 60 6M206 76q18 2 28 12", "#8a4c10", 5, 0.4) +
    gloss(98, 90, 16) +
    gloss(164, 112, 14),
  "corn-edamame-salad":
    ground("slate") +
    bowl("blue") +
    ellipse(160, 107, 110, 67, "#c98d12") +
    corn() +
    scattered(30, 88, 52, 4, 17)
      .map(([x, y], i) => use("bean", 160 + x, 103 + y, i * 61))
      .join("") +
    scattered(9, 78, 44, 13, 30)
      .map(([x, y], i) => use("cream-cheese", 160 + x, 102 + y, i * 40))
      .join("") +
    line(flecks(around(scattered(50, 92, 54, 9, 7), 160, 103), 1.2, 4), "#2d2418", 2.4, 0.9),
};
