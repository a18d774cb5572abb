import { blob, curls, ellipse, fill, flecks, line, lit, type Point, scattered } from "../draw.ts";
import { gloss } from "../parts/light.ts";
import { riceBed, sesame } from "../parts/rice.ts";
import { strewn } from "../parts/strewn.ts";
import { inBox, lay, riceWithPlum, riceWithSesame } from "./lay.ts";

const around = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);

/** Onion cooked soft: pale bent strips. */
const softOnion = (x: number, y: number, seed: number, count = 9): string => {
  const d = curls(around(scattered(count, 46, 44, seed, 10), x, y), 22, 12, seed);
  return line(d, "#8a5a20", 5.4, 0.5) + line(d, "#f2dca4", 4) + line(d, "#fff6d8", 1.2, 0.8);
};

/** Spaghetti in ketchup and butter. */
const napolitan =
  fill(blob(122, 74, 4, 0.03, 18, 160, 113), "#9c3208") +
  strewn("tangle-b", 160, 112, "#7d2404", 6.4, 0, 1.2) +
  strewn("tangle-a", 160, 113, "#c24c0e", 4.6, 180, 1.2) +
  strewn("tangle-b", 160, 112, "#e56a1c", 4, 0, 1.2) +
  strewn("tangle-a", 160, 112, "#8f2c06", 5, 0, 1.18) +
  strewn("tangle-a", 160, 111, "#f58a34", 3.6, 0, 1.18) +
  strewn("tangle-b", 160, 110, "#ffbf7a", 1.4, 180, 1.15);

/** Beef cooked down until dark, in shreds. */
const shigure =
  fill(blob(80, 69, 6, 0.04, 18, 123, 113), "#3f1c0c") +
  strewn("shreds-a", 123, 113, "#2d1006", 6.6, 0, 0.88, 1.28) +
  strewn("shreds-b", 123, 113, "#6b3216", 5.6, 0, 0.88, 1.28) +
  strewn("shreds-a", 123, 111, "#8f4c24", 4.4, 0, 0.86, 1.26) +
  strewn("shreds-b", 123, 111, "#b3703e", 3, 180, 0.86, 1.26) +
  strewn("crumbs-a", 123, 112, "#e3ac74", 1.6, 0, 0.8, 1.1);

const sansho = (x: number, y: number, seed: number, count: number, rx: number, ry: number): string =>
  scattered(count, rx, ry, seed, 9)
    .map(
      ([a, b]) =>
        ellipse(x + a, y + b, 3.6, 3.6, "#5f9a2c") + ellipse(x + a - 1, y + b - 1.2, 1.2, 1, "#e2f6b8"),
    )
    .join("");

export const meatBentos: Record<string, string> = {
  "ginger-pork-bento":
    inBox("sage", "red", "duo") +
    riceWithSesame +
    lay(["shredded", 188, 60, 0, 1.1], ["shredded", 248, 58, 30, 1.15], ["tomato", 270, 54, 0, 1]) +
    fill(blob(60, 54, 4, 0.06, 14, 222, 136), "#5f2c0c", 'opacity=".7"') +
    softOnion(216, 130, 4, 9) +
    lay(
      ["pork-a", 196, 104, -10, 1.25],
      ["pork-b", 246, 106, 14, 1.25],
      ["pork-b", 194, 140, 8, 1.25],
      ["pork-a", 248, 144, -12, 1.25],
      ["pork-a", 222, 170, 4, 1.2],
    ) +
    softOnion(222, 136, 9, 5) +
    lay(["ginger", 224, 122, 0, 0.9]) +
    gloss(206, 150, 12),
  "hamburg-steak-bento":
    inBox("clay", "kraft", "duo") +
    riceWithPlum +
    lay(
      ["lettuce", 182, 60, 0, 1.1],
      ["patty", 222, 92, 0, 1.18],
      ["floret-a", 182, 160, -10, 1.15],
      ["floret-b", 216, 172, 10, 1],
    ) +
    lay(["carrot", 250, 156, 0, 1.15], ["carrot", 272, 170, 30, 1.05], ["potato", 246, 180, 0, 0.9]),
  "dote-yaki-bento":
    inBox("walnut", "black", "duo") +
    riceWithSesame +
    lit(blob(60, 74, 5, 0.05, 14, 222, 112), "#b87a38", "soft") +
    lay(
      ["tendon-cube", 192, 72, 0, 1.4],
      ["konnyaku", 230, 66, 20, 1.3],
      ["tendon-cube", 260, 88, 60, 1.3],
      ["konnyaku", 186, 112, 0, 1.25],
      ["tendon-cube", 222, 106, 20, 1.5],
    ) +
    lay(
      ["tendon-cube", 256, 126, 100, 1.35],
      ["tendon-cube", 192, 148, 40, 1.35],
      ["konnyaku", 230, 148, 60, 1.3],
      ["tendon-cube", 254, 166, 10, 1.25],
      ["tendon-cube", 216, 174, 60, 1.1],
    ) +
    lay(
      ["onion", 214, 88],
      ["onion", 226, 94],
      ["onion", 236, 86],
      ["onion", 222, 100],
      ["onion", 232, 104],
      ["onion", 244, 98],
      ["onion", 212, 112],
      ["onion", 226, 84],
      ["onion", 240, 112],
    ) +
    gloss(176, 90, 14) +
    gloss(236, 128, 14),
  "lamb-bento":
    inBox("slate", "white", "duo") +
    riceWithPlum +
    fill(blob(60, 74, 5, 0.05, 14, 222, 112), "#5a3212", 'opacity=".8"') +
    lay(
      ["sprouts", 198, 64, 0, 0.85],
      ["sprouts", 248, 76, 40, 0.85],
      ["sprouts", 196, 160, 10, 0.85],
      ["sprouts", 248, 156, 80, 0.85],
      ["sprouts", 190, 108, 30, 0.8],
      ["sprouts", 256, 116, 30, 0.8],
    ) +
    lay(
      ["strip", 184, 92, 20, 1.3],
      ["strip", 262, 100, 100, 1.3],
      ["strip", 200, 178, -10, 1.3],
      ["strip", 246, 52, 10, 1.2],
    ) +
    lay(
      ["lamb-a", 212, 76, -14, 1.35],
      ["lamb-a", 252, 118, 30, 1.25],
      ["lamb-a", 196, 124, 160, 1.3],
      ["lamb-a", 232, 154, -8, 1.35],
    ) +
    lay(["strip", 228, 108, -40, 1.2], ["strip", 262, 172, 60, 1.1]) +
    sesame(222, 112, 50, 60, 22),
  "motsu-bento":
    inBox("butter", "black", "duo") +
    riceWithSesame +
    fill(blob(60, 74, 5, 0.05, 14, 222, 112), "#7a3c12", 'opacity=".85"') +
    lay(
      ["cabbage", 186, 66, 0, 1.4],
      ["cabbage", 258, 80, 60, 1.4],
      ["cabbage", 190, 158, 100, 1.4],
      ["cabbage", 254, 160, 200, 1.35],
      ["cabbage", 222, 112, 20, 1.3],
    ) +
    lay(["chives", 210, 90, 0, 1.2], ["chives", 240, 144, 60, 1.2]) +
    lay(
      ["motsu", 216, 70, 0, 1.35],
      ["motsu", 254, 106, 40, 1.3],
      ["motsu", 188, 108, -20, 1.3],
      ["motsu", 222, 130, 10, 1.4],
      ["motsu", 198, 160, 60, 1.25],
      ["motsu", 250, 172, 0, 1.25],
      ["motsu", 256, 58, 90, 1.1],
    ) +
    [
      [206, 106],
      [240, 88],
      [232, 158],
      [262, 138],
      [184, 136],
    ]
      .map(
        ([x, y]) =>
          `<ellipse cx="${x}" cy="${y}" rx="5" ry="4" fill="none" stroke="#d3271a" stroke-width="3"/>`,
      )
      .join("") +
    gloss(200, 140, 12),
  "napolitan-bento":
    inBox("linen", "black", "whole") +
    napolitan +
    lay(
      ["strip", 96, 84, 20, 1.4],
      ["strip", 206, 76, -30, 1.4],
      ["strip", 152, 148, 10, 1.4],
      ["strip", 234, 138, 60, 1.3],
      ["strip", 84, 140, 100, 1.3],
      ["shiitake", 124, 112, 0, 0.9],
      ["shiitake", 196, 116, 0, 0.85],
    ) +
    lay(
      ["bacon", 150, 72, -14, 1.2],
      ["bacon", 108, 60, 30, 1.2],
      ["bacon", 210, 154, 16, 1.2],
      ["bacon", 74, 112, 70, 1.2],
      ["bacon", 244, 100, -50, 1.2],
      ["bacon", 112, 160, -8, 1.2],
      ["bacon", 164, 114, 8, 1.2],
    ) +
    strewn("crumbs-a", 160, 110, "#fff6d0", 1.8) +
    gloss(126, 92, 16) +
    gloss(206, 100, 14),
  "beef-shigure-bento":
    inBox("sage", "black", "wide") +
    riceBed(34, 35, 178, 156) +
    shigure +
    sansho(123, 112, 6, 22, 70, 58) +
    gloss(76, 90, 16) +
    gloss(140, 70, 14) +
    gloss(130, 140, 16) +
    lay(
      ["kinome", 122, 106, 24, 1.5],
      ["dashi-roll", 256, 62, 0, 1.05],
      ["peas", 240, 96],
      ["peas", 270, 98, 60],
      ["takuan", 246, 146, 0, 1.3],
      ["takuan", 264, 150, 0, 1.3],
      ["red-ginger", 256, 176, 0, 1.3],
    ),
  "kyoto-obanzai-bento":
    inBox("plum", "red", "eight") +
    lay(
      ["eggplant", 60, 60, -12, 0.82],
      ["eggplant", 64, 84, -12, 0.82],
      ["salt-mackerel", 66, 98, -20, 0.42],
    ) +
    fill(blob(25, 30, 3, 0.08, 11, 127, 72), "#e8d3a0") +
    fill(blob(25, 30, 3, 0.08, 11, 127, 72), "url(#mound)") +
    line(flecks(around(scattered(60, 22, 26, 4, 3), 127, 72), 1.6, 5), "#fff3d0", 2.4) +
    line(flecks(around(scattered(12, 21, 25, 7, 6), 127, 72), 4, 6), "#f0802c", 2.6) +
    line(flecks(around(scattered(10, 20, 25, 9, 6), 127, 72), 4, 7), "#5f9a2c", 2.6) +
    yubaRoll(193, 58) +
    yubaRoll(190, 86) +
    lay(
      ["dashi-roll", 258, 56, 0, 1.15],
      ["dashi-roll", 258, 88, 0, 1.15],
      ["taro", 52, 142, 0, 0.95],
      ["taro", 74, 154, 60, 0.95],
      ["taro", 54, 172, 20, 0.95],
      ["carrot", 76, 178, 0, 0.8],
    ) +
    lay(["greens", 127, 154, 0, 1.1, 1.5], ["kinpira", 192, 155, 90, 1.1]) +
    riceBed(230, 119, 56, 72, "rice-brown") +
    lay(["peas", 248, 138], ["peas", 268, 158], ["peas", 250, 176], ["kinome", 262, 140, 40, 0.7]) +
    line(flecks(around(scattered(8, 16, 18, 5, 6), 127, 152), 3, 4), "#fff0cc", 2.2),
};

/** Soy milk skin rolled up, pale and soft. */
function yubaRoll(x: number, y: number): string {
  const d = "M-24 -10Q0 -14 24 -10Q28 0 24 11Q0 14 -24 11Q-28 0 -24 -10Z";
  return `<g transform="translate(${x} ${y})">${fill(d, "#240d00", 'opacity=".4" transform="translate(1 4)"')}${lit(d, "#f3d98e")}${line("M-22 -3Q0 -7 23 -3M-22 4Q0 1 23 4M-20 8Q0 6 20 8", "#c79a3c", 1.3, 0.6)}${line("M-16 -8q12 -2 24 -1", "#fff", 2.2, 0.8)}</g>`;
}
