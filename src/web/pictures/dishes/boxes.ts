import { blob, ellipse, fill, line, lit, rect, scattered, use } from "../draw.ts";
import { gloss } from "../parts/light.ts";
import { riceBed, sesame } from "../parts/rice.ts";
import { strewn } from "../parts/strewn.ts";
import { onions } from "../parts/vegetables.ts";
import { plate } from "../parts/vessels.ts";
import { ground, inBox, lay, type Piece } from "./lay.ts";

const wideRice = (kind: "rice-brown" | "rice-clam") => riceBed(34, 35, 178, 156, kind);
const pickles: Piece[] = [
  ["takuan", 246, 146, 0, 1.3],
  ["takuan", 264, 150, 0, 1.3],
];

/** Noodles of konnyaku: clear threads in a bundle. */
const shirataki = (x: number, y: number): string =>
  strewn("tangle-a", x, y, "#6e4a24", 7, 0, 0.44) +
  strewn("tangle-a", x, y - 1, "#ead9b8", 5, 0, 0.44) +
  strewn("tangle-b", x, y, "#8a6234", 6, 0, 0.42) +
  strewn("tangle-b", x, y - 1, "#f7ecd2", 4.4, 0, 0.42);

/** A block of pressed sushi: its topping seen from above, the rice on its front side. */
function pressed(x: number, y: number, topping: string): string {
  return (
    rect(x + 2, y + 6, 54, 64, 5, "#1d0a00", 'opacity=".4"') +
    rect(x, y + 4, 54, 62, 5, "url(#rice)") +
    rect(x, y + 4, 54, 62, 5, "url(#mound)") +
    `<g transform="translate(${x} ${y})">${topping}</g>` +
    rect(x, y, 54, 48, 5, "url(#fall)", 'opacity=".6"')
  );
}
const bream =
  rect(0, 0, 54, 48, 5, "#fbe4dc") +
  line("M4 8Q28 0 50 10M3 18Q28 9 51 20M3 29Q28 20 51 31M4 40Q28 31 50 42", "#ef9a94", 4, 0.75) +
  line("M8 5h14", "#fff", 2.4, 0.8) +
  use("kinome", 30, 26, 60, 0.8);
const shrimp =
  rect(0, 0, 54, 48, 5, "#fbd2b4") +
  line("M8 4Q14 24 8 44M20 3Q26 24 20 45M32 3Q38 24 32 45M44 4Q50 24 44 44", "#e8622e", 5, 0.8) +
  line("M27 4V44", "#fff2e4", 3, 0.8) +
  line("M8 6h12", "#fff", 2.4, 0.7);
const conger =
  rect(0, 0, 54, 48, 5, "#8a4a1e") +
  line("M6 12Q28 4 48 12M6 24Q28 16 48 24M6 36Q28 28 48 36", "#b9743a", 4, 0.7) +
  line("M8 7Q24 1 40 5M10 30q8 -4 18 -4", "#ffe2bc", 2.6, 0.8);
const omelette =
  rect(0, 0, 54, 48, 5, "#f9cb3c") +
  fill("M4 8Q20 2 44 6Q52 16 48 30Q30 38 8 36Q2 22 4 8Z", "#c97a1c", 'opacity=".35"') +
  line("M8 7Q20 3 34 5", "#fff", 2.6, 0.75);

/** A slice of mackerel sushi standing on its rice: cured flesh, silver-blue skin, a sheet of kelp that shines. */
function mackerelSushi(x: number, y: number): string {
  const fish = "M-27 4C-30 -22 -16 -38 0 -39C18 -38 31 -22 28 4Q14 -6 0 -6T-27 4Z";
  return (
    `<g transform="translate(${x} ${y})">` +
    rect(-26, -8, 60, 42, 12, "#1d0a00", 'opacity=".4"') +
    rect(-27, -14, 54, 44, 13, "url(#rice)") +
    rect(-27, -14, 54, 44, 13, "url(#mound)") +
    fill(fish, "#eeb5a4") +
    line("M-20 0Q-18 -18 0 -20T21 0M-12 -4Q-8 -12 0 -13T13 -4", "#fbd9d0", 2.4, 0.8) +
    line("M-27 3C-29 -22 -16 -37 0 -38C18 -37 30 -22 28 3", "#3f6a8f", 7) +
    line("M-21 -14Q-16 -30 0 -33T22 -14", "#dcecf4", 2.4, 0.95) +
    line("M-27 3C-29 -22 -16 -37 0 -38C18 -37 30 -22 28 3", "#e9dfa0", 8.4, 0.16) +
    line("M-20 -24q6 -10 16 -12", "#fff", 3, 0.85) +
    "</g>"
  );
}

/** A slanting stripe over rice, filled with fine bits that the sprite holds once. */
function stripe(x: number, colour: string, deep: string, bright: string): string {
  const d = `M${x} 188L${x + 52} 38H${x + 104}L${x + 52} 188Z`;
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(2 3)"') +
    fill(d, deep) +
    strewn("stripe-a", x + 52, 113, colour, 4.6) +
    strewn("stripe-b", x + 52, 113, bright, 3)
  );
}

export const boxes: Record<string, string> = {
  "fukagawa-clam-rice":
    inBox("sky", "cedar", "wide") +
    wideRice("rice-clam") +
    scattered(22, 76, 64, 9, 22)
      .map(([x, y], i) => use("clam", 123 + x, 112 + y, i * 47, 1.25))
      .join("") +
    onions(123, 112, 78, 66, 30, 4) +
    lay(
      ["mitsuba", 126, 112, 10, 1.3],
      ["sweet-roll", 256, 62, 0, 1.15],
      ["greens", 256, 96, 0, 0.85],
      ...pickles,
      ["red-ginger", 256, 176, 0, 1.3],
    ),
  "beef-sukiyaki-box":
    inBox("wood", "red", "whole") +
    riceBed(34, 35, 252, 156) +
    fill(blob(118, 70, 6, 0.04, 16, 160, 113), "#7a3e12", 'opacity=".55"') +
    shirataki(238, 66) +
    shirataki(236, 156) +
    lay(
      ["beef-a", 82, 66, -10, 1.5],
      ["beef-b", 142, 62, 14, 1.5],
      ["beef-b", 84, 108, 8, 1.5],
      ["beef-a", 148, 104, -6, 1.5],
      ["beef-a", 84, 152, -8, 1.5],
      ["beef-b", 150, 150, 10, 1.5],
    ) +
    lay(
      ["tofu", 216, 104, 0, 1.35],
      ["tofu", 252, 112, 0, 1.35],
      ["leek", 200, 66, 30, 1.15],
      ["leek", 196, 150, -20, 1.15],
      ["leek", 208, 176, 10, 1.1],
      ["shiitake", 262, 76, 0, 1.15],
      ["greens", 262, 166, 0, 0.9],
    ) +
    ellipse(217, 96, 17, 8, "url(#toast)") +
    ellipse(253, 104, 17, 8, "url(#toast)") +
    gloss(100, 84, 18) +
    gloss(108, 130, 18) +
    gloss(170, 80, 14),
  "gyunabe-beef-box":
    inBox("plum", "black", "whole") +
    riceBed(34, 35, 252, 156) +
    lit(blob(112, 66, 9, 0.06, 16, 160, 113), "#7d2a14", "soft") +
    lay(
      ["leek", 84, 72, 20, 1.45],
      ["leek", 206, 60, -24, 1.45],
      ["leek", 242, 116, 70, 1.4],
      ["leek", 96, 158, -16, 1.45],
      ["leek", 200, 166, 14, 1.4],
    ) +
    lay(
      ["beef-cube", 126, 78, 0, 1.75],
      ["beef-cube", 168, 72, 30, 1.75],
      ["beef-cube", 88, 112, 60, 1.75],
      ["beef-cube", 136, 118, 10, 1.8],
      ["beef-cube", 182, 112, 80, 1.8],
      ["beef-cube", 214, 94, 20, 1.6],
      ["beef-cube", 146, 158, 40, 1.75],
      ["beef-cube", 216, 136, 120, 1.7],
    ) +
    onions(156, 112, 60, 44, 18, 6) +
    gloss(110, 100, 16) +
    gloss(164, 138, 16),
  "charcoal-kalbi-box":
    inBox("slate", "red", "whole") +
    riceBed(34, 35, 252, 156) +
    lay(["lettuce", 70, 62, 0, 1.3], ["lettuce", 68, 150, 70, 1.2]) +
    lay(
      ["kalbi-a", 92, 72, -18, 1.5],
      ["kalbi-b", 150, 64, -18, 1.5],
      ["kalbi-a", 210, 66, -18, 1.5],
      ["kalbi-b", 96, 120, -18, 1.5],
      ["kalbi-a", 156, 112, -18, 1.5],
      ["kalbi-b", 218, 110, -18, 1.5],
      ["kalbi-a", 104, 166, -18, 1.45],
      ["kalbi-b", 164, 160, -18, 1.5],
      ["kalbi-a", 226, 158, -18, 1.5],
    ) +
    sesame(160, 112, 104, 62, 54) +
    onions(162, 112, 34, 26, 16, 4) +
    gloss(86, 102, 18) +
    gloss(146, 94, 18) +
    gloss(206, 96, 18) +
    gloss(152, 144, 18),
  "crab-rice-bento":
    inBox("indigo", "red", "wide") +
    wideRice("rice-brown") +
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      .map((i) =>
        use(
          "crab",
          78 + (i % 3) * 46 + (Math.floor(i / 3) % 2) * 14,
          60 + Math.floor(i / 3) * 34,
          -28 + ((i * 37) % 40),
          1.3,
        ),
      )
      .join("") +
    lay(
      ["bamboo", 58, 76, 20, 0.95],
      ["bamboo", 192, 76, 60, 0.95],
      ["bamboo", 56, 166, -30, 0.95],
      ["bamboo", 190, 150, 110, 0.9],
      ["peas", 120, 84, 0, 1.2],
      ["peas", 88, 124, 40, 1.2],
      ["peas", 160, 140, 90, 1.2],
      ["peas", 130, 172, 0, 1.1],
    ) +
    lay(["dashi-roll", 256, 62, 0, 1.15], ["greens", 256, 96, 0, 0.85], ...pickles, [
      "shiitake",
      256,
      178,
      0,
      0.9,
    ]),
  "hakata-kashiwa-bento":
    inBox("sage", "kraft", "whole") +
    riceBed(34, 35, 252, 156, "rice-brown") +
    stripe(40, "#8f5226", "#5c2c0e", "#bd7d45") +
    stripe(98, "#f7c534", "#dc9c12", "#ffe784") +
    stripe(156, "#22362a", "#18261d", "#4a6b56") +
    lay(["red-ginger", 266, 166, 0, 1.3], ["peas", 52, 60, 0, 1.1], ["peas", 60, 82, 40, 1.1]) +
    sesame(262, 120, 18, 30, 10),
  "senba-box-sushi":
    inBox("clay", "cedar", "whole") +
    [bream, shrimp, conger, omelette].map((top, i) => pressed(42 + i * 61, 40, top)).join("") +
    [conger, omelette, bream, shrimp].map((top, i) => pressed(42 + i * 61, 117, top)).join(""),
  "mackerel-sushi":
    ground("walnut") +
    plate("celadon", 148, 88) +
    fill("M22 148C70 96 190 84 300 96C280 146 160 178 22 148Z", "#2d6a35") +
    fill("M22 148C70 96 190 84 300 96C280 146 160 178 22 148Z", "url(#fall)") +
    line("M22 148C110 132 200 112 300 96M40 142q40 -26 90 -36M60 150q60 -6 110 -24", "#8fc07a", 1.4, 0.6) +
    mackerelSushi(64, 128) +
    mackerelSushi(112, 123) +
    mackerelSushi(160, 118) +
    mackerelSushi(208, 113) +
    mackerelSushi(256, 108) +
    lay(["red-ginger", 240, 168, 0, 1.2]),
};
