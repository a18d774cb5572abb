import { blob, curls, fill, flecks, line, lit, type Point, scattered, use } from "../draw.ts";
import { gloss, steam } from "../parts/light.ts";
import { sesame } from "../parts/rice.ts";
import { strewn } from "../parts/strewn.ts";
import { onions } from "../parts/vegetables.ts";
import { bowl } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

const around = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);
const heap = use("rice-bowl");

/** Pieces laid in a ring like petals, each over its neighbour. */
function petals(ids: string[], count: number, rx: number, ry: number, size: number, turn: number): string {
  return Array.from({ length: count }, (_, i) => {
    const angle = (i / count) * Math.PI * 2 - Math.PI / 2;
    const id = ids[i % ids.length] as string;
    return use(
      id,
      160 + Math.cos(angle) * rx,
      104 + Math.sin(angle) * ry,
      (angle * 180) / Math.PI + turn,
      size,
    );
  }).join("");
}

/** Green onion in slanted strips. */
const onionStrips = (x: number, y: number, rx: number, ry: number, count: number, seed: number): string => {
  const d = curls(around(scattered(count, rx, ry, seed, 7), x, y), 13, 5, seed);
  return line(d, "#2f6a1e", 4.6, 0.7) + line(d, "#6fae3d", 3.4) + line(d, "#cfeaa0", 1.2, 0.9);
};

const flakes = (): string =>
  scattered(34, 54, 58, 6, 12)
    .filter(([x]) => x > -48)
    .map(([x, y], i) => use(i % 3 ? "flake-a" : "flake-b", 106 + x * 0.85, 105 + y, (i * 53) % 180))
    .join("");

const pearls = (): string =>
  scattered(100, 56, 62, 8, 7.2)
    .map(([x, y]) => use("pearl", Math.round(214 + x * 0.88), Math.round(105 + y)))
    .join("");

export const bowls: Record<string, string> = {
  "edomae-tempura-bowl":
    ground("clay") +
    bowl("blue") +
    heap +
    lay(
      ["eggplant-tempura", 92, 122, -20, 1.25],
      ["whiting-tempura", 222, 128, -14, 1.2],
      ["pepper", 118, 152, -8, 0.95],
      ["prawn-tempura", 140, 76, -22, 1.42],
      ["prawn-tempura", 172, 112, -16, 1.45],
      ["pepper", 216, 158, -18, 0.8],
    ) +
    line(
      "M96 96q14 -14 40 -18M136 126q20 -10 50 -18M104 126q10 -8 22 -8M206 128q12 -6 24 -6",
      "#5c2408",
      6,
      0.35,
    ) +
    line("M100 94q12 -10 28 -14M150 118q12 -6 26 -9", "#fff", 2.4, 0.7) +
    steam(168, 66, 0.9),
  "chicken-egg-bowl":
    ground("wood") +
    bowl("black") +
    use("soft-egg") +
    lay(
      ["chicken-cube", 108, 82, 0, 1.5],
      ["chicken-cube", 156, 74, 40, 1.5],
      ["chicken-cube", 210, 86, 80, 1.5],
      ["chicken-cube", 92, 122, 20, 1.4],
      ["chicken-cube", 146, 118, 60, 1.6],
      ["chicken-cube", 222, 126, 10, 1.45],
      ["chicken-cube", 176, 148, 30, 1.45],
      ["chicken-cube", 122, 150, 90, 1.3],
    ) +
    line(
      "M84 106q16 8 34 4M172 98q18 10 36 2M178 134q14 6 28 2M126 138q18 6 32 -2M92 136q10 4 20 2M132 90q14 6 30 0",
      "#ffd95a",
      10,
      0.92,
    ) +
    line("M130 92q12 8 24 2M196 108q12 6 20 2", "#fff6da", 6, 0.9) +
    lay(["mitsuba", 178, 104, 20, 1.35], ["mitsuba", 132, 110, -40, 1.1]) +
    steam(160, 60, 0.9),
  "tuna-bowl":
    ground("slate") +
    bowl("white") +
    heap +
    lay(["shiso", 84, 128, 150, 1.2], ["shiso", 230, 92, -20, 1.2]) +
    petals(["tuna"], 9, 60, 34, 1.55, 72) +
    lay(["tuna", 160, 102, -12, 1.35], ["nori-shreds", 160, 100, 0, 1.25], ["wasabi", 218, 138, 0, 1.25]) +
    sesame(160, 104, 76, 44, 40),
  "mapo-tofu-bowl":
    ground("linen") +
    bowl("red") +
    heap +
    lit(blob(104, 62, 5, 0.05, 16, 162, 107), "#b5300f", "soft") +
    strewn("crumbs-a", 160, 108, "#4d1604", 5.4, 0, 0.96) +
    strewn("crumbs-a", 159, 107, "#9c4a20", 3.8, 0, 0.96) +
    lay(
      ["tofu", 104, 84, 0, 1.4],
      ["tofu", 152, 70, 0, 1.4],
      ["tofu", 204, 78, 0, 1.4],
      ["tofu", 88, 118, 0, 1.35],
      ["tofu", 136, 108, 0, 1.45],
      ["tofu", 188, 110, 0, 1.45],
      ["tofu", 234, 108, 0, 1.3],
      ["tofu", 118, 144, 0, 1.35],
      ["tofu", 168, 148, 0, 1.4],
      ["tofu", 214, 140, 0, 1.35],
    ) +
    fill(blob(104, 62, 5, 0.05, 16, 162, 107), "#f08030", 'opacity=".13"') +
    strewn("crumbs-b", 162, 108, "#5c1e06", 4.4, 180, 0.9) +
    strewn("crumbs-b", 161, 107, "#b3602f", 3, 180, 0.9) +
    onions(162, 106, 84, 48, 26, 3) +
    gloss(96, 104, 16) +
    gloss(166, 92, 16) +
    gloss(146, 136, 18) +
    steam(160, 58, 0.9),
  "braised-pork-rice":
    ground("sage") +
    bowl("navy") +
    heap +
    lit(blob(84, 50, 7, 0.07, 14, 140, 100), "#5f260a", "soft") +
    lay(
      ["belly-cube", 84, 88, 0, 1.4],
      ["belly-cube", 116, 72, 30, 1.4],
      ["belly-cube", 156, 66, 60, 1.4],
      ["belly-cube", 98, 116, 80, 1.4],
      ["belly-cube", 134, 100, 10, 1.5],
      ["belly-cube", 172, 94, 40, 1.45],
      ["belly-cube", 126, 136, 20, 1.4],
      ["belly-cube", 164, 128, 70, 1.4],
    ) +
    lay(["greens", 218, 80, 20, 1.25], ["soy-egg", 210, 128, -14, 1.25], ["soy-egg", 160, 150, 8, 1.1]) +
    gloss(104, 86, 14) +
    gloss(138, 116, 14) +
    steam(150, 56, 0.9),
  "kinugasa-bowl":
    ground("plum") +
    bowl("white") +
    use("soft-egg") +
    lay(
      ["aburaage", 98, 84, -20, 1.35],
      ["aburaage", 150, 72, 30, 1.35],
      ["aburaage", 212, 84, 100, 1.35],
      ["aburaage", 94, 126, 60, 1.3],
      ["aburaage", 152, 118, -10, 1.4],
      ["aburaage", 218, 126, 20, 1.35],
      ["aburaage", 164, 154, 80, 1.15],
    ) +
    line("M118 104q14 8 30 2M182 104q14 8 26 2M120 146q16 6 30 -2", "#ffdf70", 8, 0.85) +
    onionStrips(160, 106, 92, 54, 44, 5) +
    line(flecks(around(scattered(50, 70, 40, 6, 5), 160, 104), 1, 4), "#3d5a1c", 1.8, 0.8) +
    steam(160, 58, 0.9),
  "yuba-bowl":
    ground("indigo") +
    bowl("green") +
    heap +
    fill(blob(108, 64, 4, 0.03, 16, 160, 107), "#e0b04a", 'opacity=".85"') +
    lay(
      ["yuba", 162, 70, 4, 0.85],
      ["yuba", 108, 96, -16, 0.82, 0.95],
      ["yuba", 214, 98, 12, 0.82, 0.95],
      ["yuba", 158, 120, -4, 0.95, 1.1],
      ["yuba", 168, 151, 6, 0.7],
    ) +
    fill(blob(104, 60, 4, 0.03, 16, 160, 107), "#f7d98a", 'opacity=".22"') +
    line("M76 92q20 -26 56 -32M196 152q36 -6 52 -32M120 122q16 -8 34 -4", "#fff", 3.4, 0.75) +
    lay(["ginger", 158, 96, 0, 1.7], ["wasabi", 174, 104, 0, 1.2], ["mitsuba", 140, 108, -60, 0.9]) +
    steam(160, 56, 0.9),
  "beef-egg-bowl":
    ground("butter") +
    bowl("ash") +
    use("soft-egg") +
    lay(
      ["beef-a", 100, 84, -12, 1.35],
      ["beef-b", 166, 72, 10, 1.35],
      ["beef-a", 222, 96, 40, 1.3],
      ["beef-b", 102, 132, 20, 1.3],
      ["beef-a", 160, 116, -8, 1.45],
      ["beef-b", 210, 142, -16, 1.3],
    ) +
    line("M126 98q14 8 28 2M186 98q12 8 24 4M126 146q16 6 34 -2M84 108q8 6 20 4", "#ffdf70", 8, 0.85) +
    line("M140 140q12 6 24 0M190 120q10 6 20 4", "#fff6da", 6, 0.9) +
    onionStrips(160, 106, 88, 50, 22, 9) +
    steam(160, 58, 0.9),
  "salmon-ikura-bowl":
    ground("sky") +
    bowl("black") +
    heap +
    flakes() +
    pearls() +
    lay(["shiso", 158, 132, -80, 1], ["nori-shreds", 160, 74, 0, 0.9]),
  "tokachi-pork-bowl":
    ground("walnut") +
    bowl("blue") +
    heap +
    petals(["butadon-a", "butadon-b"], 8, 58, 34, 1.6, 12) +
    lay(["butadon-a", 160, 102, -14, 1.4], ["peas", 156, 98, 0, 1.5], ["peas", 172, 106, 70, 1.4]) +
    gloss(92, 92, 20) +
    gloss(196, 70, 18) +
    gloss(206, 134, 18) +
    gloss(112, 140, 18) +
    steam(160, 56, 0.9),
  "sesame-mackerel-bowl":
    ground("linen") +
    bowl("iron") +
    heap +
    lay(["shiso", 78, 92, 200, 1.2], ["shiso", 240, 128, 20, 1.2]) +
    fill(blob(86, 50, 4, 0.06, 14, 160, 108), "#7a4312", 'opacity=".7"') +
    lay(
      ["mackerel", 108, 82, -24, 1.6],
      ["mackerel", 150, 70, -16, 1.6],
      ["mackerel", 194, 72, -10, 1.6],
      ["mackerel", 104, 116, -24, 1.6],
      ["mackerel", 152, 104, -16, 1.65],
      ["mackerel", 204, 104, -10, 1.6],
      ["mackerel", 132, 142, -18, 1.6],
      ["mackerel", 184, 138, -12, 1.6],
    ) +
    line("M96 96q22 -10 44 -8M150 128q30 4 58 -8M178 84q20 -4 38 4M112 132q18 10 40 6", "#6b3408", 7, 0.45) +
    strewn("crumbs-a", 160, 106, "#8f4c10", 3.4, 0, 0.84) +
    strewn("crumbs-a", 160, 105, "#fbe8bc", 2.2, 180, 0.84) +
    onions(154, 100, 36, 20, 20, 5) +
    lay(["wasabi", 222, 142, 0, 1.3]) +
    gloss(96, 76, 16) +
    gloss(192, 96, 16) +
    gloss(120, 136, 16),
  "pork-takana-bowl":
    ground("clay") +
    bowl("navy") +
    heap +
    lay(["greens", 90, 120, 0, 1.5], ["greens", 232, 96, 40, 1.5]) +
    lay(
      ["belly", 122, 72, -14, 1.3],
      ["belly", 194, 72, 10, 1.3],
      ["belly", 106, 98, -10, 1.25],
      ["belly", 212, 124, -12, 1.3],
      ["belly", 122, 142, 12, 1.3],
      ["belly", 186, 150, -8, 1.25],
    ) +
    lay(["greens", 152, 104, 0, 1.9], ["greens", 178, 110, 60, 1.5]) +
    strewn("crumbs-a", 160, 106, "#fff0cc", 2.2, 0, 0.9) +
    gloss(88, 90, 18) +
    gloss(200, 118, 18) +
    steam(160, 56, 0.85),
};
