import { blob, curls, ellipse, fill, flecks, line, type Point, scattered, use } from "../draw.ts";
import { gloss } from "../parts/light.ts";
import { strewn } from "../parts/strewn.ts";
import { bowl, plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

const around = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);

/** Roughly mashed potato heaped up, in a colour: lumps from the back to the front. */
const mash = (colour: string): string =>
  fill(blob(84, 54, 5, 0.05, 14, 160, 108), "#3a2400", 'opacity=".3" transform="translate(3 8)"') +
  fill(blob(84, 54, 5, 0.05, 14, 160, 108), colour) +
  scattered(24, 76, 46, 7, 20)
    .sort(([, a], [, b]) => a - b)
    .map(([x, y], i) =>
      use("lump", 160 + x, 102 + y, (i * 73) % 360, 0.8 + ((i * 7) % 5) * 0.1, undefined, `fill="${colour}"`),
    )
    .join("");

/** Clear noodles, shining. */
const glassNoodles =
  ellipse(160, 107, 108, 65, "#d2bd88") +
  strewn("tangle-a", 160, 107, "#a08046", 5, 0, 1.04) +
  strewn("tangle-a", 160, 106, "#f0e3bb", 3.8, 0, 1.04) +
  strewn("tangle-b", 160, 107, "#ab8d54", 4.6, 0, 1.02) +
  strewn("tangle-b", 160, 106, "#fbf3d6", 3.4, 0, 1.02) +
  strewn("tangle-a", 160, 104, "#fff", 1.1, 180, 1);

const strips = (colour: string, edge: string, seed: number, count: number, length = 26): string => {
  const d = flecks(around(scattered(count, 72, 40, seed, 13), 152, 98), length, seed);
  return line(d, edge, 6.4, 0.8) + line(d, colour, 4.6);
};

/** Stems of blanched greens, side by side. */
const stems = (y: number): string => {
  const d = `M62 ${y}Q104 ${y - 10} 150 ${y}M64 ${y + 8}Q104 ${y - 1} 150 ${y + 7}M62 ${y + 16}Q104 ${y + 8} 150 ${y + 14}M66 ${y + 24}Q108 ${y + 17} 150 ${y + 21}`;
  return line(d, "#3a6a1c", 10) + line(d, "#a8cf6a", 7) + line(d, "#e3f3b4", 1.8, 0.9);
};

const corn = (): string =>
  scattered(150, 104, 62, 6, 8)
    .map(([x, y]) => `<use href="#kernel" x="${(160 + x).toFixed(0)}" y="${(104 + y).toFixed(0)}"/>`)
    .join("");

export const coldSides: Record<string, string> = {
  "potato-salad":
    ground("linen") +
    bowl("green") +
    lay(["lettuce", 84, 96, 0, 1.3], ["lettuce", 236, 96, 90, 1.3], ["lettuce", 160, 138, 20, 1.5]) +
    mash("#fbeab4") +
    lay(
      ["cucumber", 96, 92, -20],
      ["cucumber", 164, 76, 10, 1.05],
      ["cucumber", 224, 94, 30],
      ["cucumber", 136, 124, 0, 1.05],
      ["cucumber", 194, 134, -30, 1.05],
      ["bacon", 128, 88, 20, 0.9],
      ["bacon", 194, 84, -30, 0.9],
      ["bacon", 168, 108, 50, 0.95],
      ["bacon", 104, 122, -10, 0.85],
      ["bacon", 220, 120, 20, 0.85],
    ) +
    strewn("crumbs-b", 160, 104, "#3a2c18", 1.6, 0, 0.85),
  "shibazuke-potato-salad":
    ground("sage") +
    plate("indigo", 136, 94) +
    `<g transform="translate(0 12)">${mash("#f6d9de")}</g>` +
    lay(
      ["shibazuke", 112, 106],
      ["shibazuke", 208, 102, 60],
      ["shibazuke", 160, 86, 30, 1.1],
      ["shibazuke", 140, 140, 100, 1.1],
      ["shibazuke", 196, 140, 10],
      ["shibazuke", 160, 114, 150, 1.2],
      ["shiso", 244, 150, 130, 1],
    ),
  "komatsuna-ohitashi":
    ground("clay") +
    bowl("navy") +
    ellipse(160, 107, 110, 67, "#d9b25c", 'opacity=".75"') +
    stems(76) +
    stems(112) +
    lay(
      ["blanched", 170, 74, -10, 1.15],
      ["blanched", 218, 82, 20, 1.2],
      ["blanched", 172, 132, -6, 1.15],
      ["blanched", 220, 126, 10, 1.2],
      ["blanched", 184, 104, 0, 1.3],
      ["blanched", 232, 104, 4, 1.1],
    ) +
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
    glassNoodles +
    strips("#f2a0a0", "#c0605c", 5, 12) +
    strips("#cbe68e", "#4a8a2c", 9, 13) +
    lay(["egg-shreds", 164, 96, 0, 1.35]) +
    strewn("crumbs-a", 160, 106, "#fff3cf", 2.2, 0, 0.9) +
    gloss(92, 92, 16) +
    gloss(200, 128, 18),
  "manganji-pepper-jako":
    ground("wood") +
    plate("celadon", 140, 96) +
    ellipse(160, 136, 96, 46, "#8a5a1c", 'opacity=".35"') +
    lay(
      ["pepper", 150, 76, -8, 1.7],
      ["pepper", 172, 116, 6, 1.75],
      ["pepper", 146, 156, -4, 1.7],
      ["jako", 134, 98, 0, 1],
      ["jako", 196, 110, 60, 0.8],
      ["jako", 150, 138, 20, 0.85],
    ) +
    gloss(108, 112, 20) +
    gloss(186, 96, 18),
  "mizunasu-salad":
    ground("sky") +
    plate("white", 140, 96) +
    lay(["shiso", 92, 104, 190, 1.3], ["shiso", 230, 130, 20, 1.3]) +
    lay(
      ["torn-a", 108, 94, -20, 1.25],
      ["wedge", 158, 82, 10, 1.15],
      ["torn-b", 210, 94, 14, 1.25],
      ["torn-b", 98, 140, 12, 1.2],
      ["wedge", 226, 138, -30, 1.15],
      ["torn-a", 182, 122, -12, 1.25],
      ["wedge", 134, 122, 40, 1.1],
      ["torn-b", 148, 156, 4, 1.25],
      ["wedge", 200, 162, 16, 1.1],
    ) +
    line(curls(around(scattered(20, 44, 24, 4, 4), 156, 116), 15, 4, 5), "#3f7a34", 3) +
    lay(["ginger", 164, 108, 0, 1.3]) +
    line("M96 168q30 10 60 6M206 76q18 2 28 12", "#8a4c10", 5, 0.4) +
    gloss(98, 90, 16) +
    gloss(164, 112, 14),
  "corn-edamame-salad":
    ground("slate") +
    bowl("blue") +
    ellipse(160, 107, 110, 67, "#d99a12") +
    ellipse(160, 107, 110, 67, "url(#mound)") +
    corn() +
    scattered(30, 88, 52, 4, 17)
      .map(([x, y], i) => use("bean", 160 + x, 103 + y, i * 61))
      .join("") +
    scattered(9, 78, 44, 13, 30)
      .map(([x, y], i) => use("cream-cheese", 160 + x, 102 + y, i * 40))
      .join("") +
    line(flecks(around(scattered(50, 92, 54, 9, 7), 160, 103), 1.2, 4), "#2d2418", 2.4, 0.9),
};
