import { blob, ellipse, fill, line, lit, ring, scattered } from "../draw.ts";
import { gloss, steam } from "../parts/light.ts";
import { strewn } from "../parts/strewn.ts";
import { onions } from "../parts/vegetables.ts";
import { soupBowl } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

/** Clouds of miso that hang in the broth. */
const clouds = (colour: string): string =>
  line("M88 96q20 -18 46 -10t44 -8M108 128q26 12 52 2t50 -4M196 84q22 4 32 18", colour, 10, 0.35);

/** Seaweed, dark and soft. */
const wakame = (x: number, y: number, turn: number, seed: number): string => {
  const d = blob(17, 9, seed, 0.3, 9);
  return `<g transform="translate(${x} ${y})rotate(${turn})">${fill(d, "#14200f", 'opacity=".4" transform="translate(1 2)"')}${fill(d, "#2f5a34")}${fill(d, "url(#soft)")}${line("M-11 0Q0 -6 11 1", "#6fa06a", 1.6, 0.8)}</g>`;
};

/** Sea lettuce in bright green threads. */
const aosa =
  fill(blob(74, 40, 5, 0.12, 14, 160, 100), "#1f5a2c", 'opacity=".85"') +
  strewn("shreds-a", 160, 100, "#1d4f28", 5, 0, 0.8, 0.72) +
  strewn("shreds-b", 160, 99, "#3f8f42", 4, 0, 0.78, 0.7) +
  strewn("shreds-a", 160, 98, "#8fce6a", 2, 180, 0.7, 0.62);

const fat = (count: number, seed: number): string =>
  scattered(count, 78, 42, seed, 10)
    .map(([x, y]) => ring(160 + x, 100 + y, 3.4, 2.2, "#ffe6a8", 1, 'opacity=".75"'))
    .join("");

export const soups: Record<string, string> = {
  "tofu-wakame-miso-soup":
    ground("walnut") +
    soupBowl("red", "#bf7f34") +
    clouds("#e0ab62") +
    wakame(110, 92, 10, 3) +
    wakame(206, 118, -20, 5) +
    wakame(176, 76, 0, 7) +
    lay(
      ["tofu", 134, 82, 0, 1.15],
      ["tofu", 194, 90, 0, 1.15],
      ["tofu", 124, 120, 0, 1.1],
      ["tofu", 166, 116, 0, 1.2],
      ["tofu", 220, 100, 0, 0.9],
    ) +
    wakame(146, 104, 30, 9) +
    wakame(190, 128, 0, 11) +
    onions(164, 98, 56, 30, 9, 5) +
    steam(160, 66, 1.05),
  "white-miso-soup":
    ground("plum") +
    soupBowl("black", "#f0dba6") +
    clouds("#fff4d2") +
    lay(
      ["taro", 128, 96, 0, 1.6],
      ["taro", 176, 88, 60, 1.65],
      ["taro", 166, 124, 20, 1.6],
      ["carrot", 212, 108, 0, 1.15],
      ["mustard", 176, 84, 0, 0.8],
      ["mitsuba", 206, 92, 30, 0.9],
    ) +
    gloss(108, 78, 20) +
    steam(160, 62, 1.05),
  "niku-sui":
    ground("sage") +
    soupBowl("navy", "#c98e3c") +
    fat(16, 4) +
    lay(["beef-a", 122, 86, -10, 1.15], ["beef-b", 130, 120, 8, 1.1], ["beef-b", 182, 80, 12, 1.1]) +
    ellipse(192, 112, 36, 24, "#6a3a10", 'opacity=".3"') +
    lit(blob(34, 23, 4, 0.07, 12, 192, 108), "#fffaf0", "soft") +
    lay(["yolk", 190, 106, 0, 0.72]) +
    onions(150, 98, 36, 22, 30, 7) +
    steam(160, 62, 1.05),
  "ishikari-soup":
    ground("indigo") +
    soupBowl("black", "#c58a42") +
    clouds("#e8bd7c") +
    lay(
      ["daikon", 112, 96, 0, 1.25],
      ["daikon", 206, 120, 60, 1.2],
      ["potato", 150, 124, 0, 1.25],
      ["potato", 214, 88, 20, 1.1],
      ["pink-salmon", 152, 88, -12, 0.78, 0.9],
      ["carrot", 114, 120, 0, 0.9],
      ["butter", 176, 104, -14, 0.9],
    ) +
    ellipse(182, 114, 22, 7, "#ffd65a", 'opacity=".6"') +
    onions(160, 100, 62, 32, 10, 8) +
    steam(160, 62, 1.05),
  "mizutaki-soup":
    ground("clay") +
    soupBowl("blue", "#f6ecd2") +
    fat(14, 6) +
    lay(
      ["cabbage", 112, 92, 0, 1.4],
      ["cabbage", 206, 84, 60, 1.3],
      ["cabbage", 196, 124, 120, 1.3],
      ["tsukune", 144, 84, 0, 1.3],
      ["tsukune", 184, 102, 40, 1.35],
      ["tsukune", 138, 118, 80, 1.35],
      ["carrot", 222, 106, 0, 0.8],
    ) +
    onions(162, 98, 60, 32, 12, 4) +
    gloss(100, 112, 12) +
    steam(160, 62, 1.05),
  "aosa-miso-soup":
    ground("linen") +
    soupBowl("ash", "#cfa055") +
    clouds("#eccb86") +
    aosa +
    lay(["tofu", 130, 108, 0, 0.8], ["tofu", 190, 92, 0, 0.8]) +
    steam(160, 66, 1.05),
};
