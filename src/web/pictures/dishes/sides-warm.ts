import { blob, curls, ellipse, fill, flecks, line, lit, type Point, rect, ring, scattered } from "../draw.ts";
import { cast, gloss, steam } from "../parts/light.ts";
import { onions } from "../parts/vegetables.ts";
import { plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

const around = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);

/** A little dish of something to dip in. */
const dip = (x: number, y: number, sauce: string): string =>
  ellipse(x + 3, y + 6, 36, 24, "#1d0a00", 'opacity=".35"') +
  ellipse(x, y, 36, 24, "#f4ecdc") +
  ellipse(x, y, 36, 24, "url(#fall)") +
  ellipse(x, y + 1, 29, 18, sauce) +
  ellipse(x, y + 1, 29, 18, "url(#soft)");

/** A bamboo steamer seen from above. */
const steamer =
  ellipse(168, 134, 136, 98, "#1d0d00", 'opacity=".3"') +
  ellipse(160, 130, 136, 98, "#8f5f2c") +
  ellipse(160, 120, 136, 96, "#d9a964") +
  ellipse(160, 120, 136, 96, "url(#fall)") +
  ring(160, 120, 130, 90, "#9c6a30", 2) +
  ring(160, 120, 122, 83, "#f3d29a", 3) +
  ellipse(160, 122, 117, 78, "#b98342") +
  line("M62 80H258M50 98H270M44 116H276M44 134H276M52 152H268M66 170H254", "#8a5a26", 3, 0.6) +
  line("M62 78H258M50 96H270M44 114H276M44 132H276M52 150H268M66 168H254", "#efcb8e", 2, 0.5) +
  ellipse(160, 122, 117, 78, "url(#well)");

/** A potato cake under sweet soy glaze. */
function potatoCake(x: number, y: number, seed: number): string {
  const d = blob(54, 40, seed, 0.04, 16);
  return (
    `<g transform="translate(${x} ${y})">` +
    fill(d, "#240d00", 'opacity=".4" transform="translate(3 9)"') +
    fill(d, "#c9862c", 'transform="translate(0 6)"') +
    lit(d, "#eebf58") +
    fill(blob(46, 33, seed + 4, 0.08, 14), "#a8520c", 'opacity=".6"') +
    fill(blob(38, 26, seed + 9, 0.14, 12), "#6b2c04", 'opacity=".45"') +
    line("M-34 -14q14 -18 40 -17M14 -30h4", "#fff", 4, 0.8) +
    line("M6 18q20 -2 28 -14", "#ffd79a", 3, 0.5) +
    "</g>"
  );
}

/** A thin squid pancake, folded and brushed with sauce. */
function squidPancake(): string {
  const d =
    "M40 116C44 84 100 62 168 62C232 64 282 84 284 112C282 130 262 144 232 150C180 162 110 160 70 148C50 142 40 130 40 116Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(3 9)"') +
    fill(d, "#d9ab5e", 'transform="translate(0 8)"') +
    line("M44 124C70 158 240 162 280 122", "#a8702a", 2, 0.7) +
    lit(d, "#f3d592") +
    fill(
      "M62 110C76 84 120 74 168 74C222 76 262 90 266 108C254 128 216 142 166 142C110 144 70 132 62 110Z",
      "#6a2808",
      'opacity=".82"',
    ) +
    fill(
      "M62 110C76 84 120 74 168 74C222 76 262 90 266 108C254 128 216 142 166 142C110 144 70 132 62 110Z",
      "url(#soft)",
    ) +
    [
      [98, 106, 20],
      [136, 92, -30],
      [176, 112, 10],
      [214, 98, 60],
      [140, 128, -10],
      [238, 116, 30],
      [192, 132, 80],
      [106, 128, 50],
      [176, 84, 0],
    ]
      .map(
        ([x, y, turn]) =>
          `<g transform="translate(${x} ${y})rotate(${turn})">${fill("M-12 -6Q0 -10 12 -5Q14 3 8 6Q-4 3 -12 6Z", "#fff3e2")}${line("M-11 -5Q0 -9 11 -4", "#c0586a", 2.6)}${fill("M-12 -6Q0 -10 12 -5Q14 3 8 6Q-4 3 -12 6Z", "url(#soft)")}</g>`,
      )
      .join("") +
    line("M84 94q24 -14 60 -16M226 126q20 -6 28 -16", "#fff", 3.4, 0.7) +
    line(flecks(around(scattered(26, 96, 34, 4, 9), 164, 108), 2, 5), "#4d8a2c", 2.6)
  );
}

/** A round iron pan of dumplings, joined by a crisp lace. */
const gyozaPan =
  ellipse(168, 140, 128, 92, "#1d0d00", 'opacity=".35"') +
  line("M262 126L318 112", "#1d1c1d", 22) +
  line("M264 122L316 109", "#5a5754", 3, 0.8) +
  ellipse(150, 128, 128, 92, "#1a191a") +
  ellipse(150, 121, 128, 90, "#3a3839") +
  ellipse(150, 121, 128, 90, "url(#fall)") +
  ellipse(150, 123, 116, 79, "#141314") +
  lit(blob(104, 68, 6, 0.06, 18, 150, 122), "#c9822c", "soft") +
  line(curls(around(scattered(60, 98, 62, 5, 6), 146, 122), 12, 8, 3), "#f6cf84", 2.2, 0.85) +
  line(flecks(around(scattered(40, 98, 62, 8, 6), 150, 122), 3, 3), "#7a3c08", 2.2, 0.6);

export const warmSides: Record<string, string> = {
  "karaage-3":
    ground("wood") +
    plate("white") +
    lay(
      ["lettuce", 108, 100, 0, 1.6],
      ["lettuce", 206, 112, 60, 1.5],
      ["karaage-b", 118, 116, 0, 1.85],
      ["karaage-a", 204, 110, 60, 1.85],
      ["karaage-c", 158, 142, 160, 1.95],
      ["lemon", 232, 150, -20, 1.5],
    ) +
    steam(160, 76, 0.9),
  "zangi-3":
    ground("slate") +
    `<g transform="translate(-14 -2)">${plate("ash")}</g>` +
    lay(["zangi-b", 96, 108, 70, 1.85], ["zangi-a", 166, 92, 0, 2], ["zangi-a", 138, 144, 200, 2]) +
    dip(246, 176, "#6a3410") +
    onions(246, 176, 20, 11, 11, 5) +
    steam(136, 66, 0.9),
  "sweet-tamagoyaki":
    ground("sage") +
    plate("indigo") +
    lay(
      ["shiso", 160, 134, -6, 2.2],
      ["sweet-roll", 106, 124, -4, 1.75],
      ["sweet-roll", 160, 122, -2, 1.75],
      ["sweet-roll", 214, 120, 2, 1.75],
    ) +
    gloss(90, 98, 18) +
    gloss(144, 96, 18),
  "kyoto-dashi-omelette":
    ground("plum") +
    plate("celadon", 140, 94) +
    ellipse(160, 142, 96, 36, "#f2d978", 'opacity=".6"') +
    lay(
      ["dashi-roll", 94, 122, 0, 1.65, 1.85],
      ["dashi-roll", 138, 122, 0, 1.65, 1.85],
      ["dashi-roll", 182, 122, 0, 1.65, 1.85],
      ["radish", 238, 124, 0, 1.9],
      ["kinome", 236, 112, 30, 0.9],
    ) +
    line("M74 160q60 18 130 4", "#fff", 3, 0.7) +
    gloss(78, 96, 20) +
    gloss(166, 96, 20) +
    steam(140, 78, 0.9),
  "dashi-rolled-omelette":
    ground("clay") +
    plate("brick", 140, 94) +
    omeletteLog() +
    lay(["red-ginger", 66, 152, 0, 1.5], ["mitsuba", 254, 100, 20, 1]) +
    steam(150, 70, 0.9),
  "mentaiko-omelette":
    ground("butter") +
    plate("ash", 140, 94) +
    lay(
      ["shiso", 160, 134, 170, 2.2],
      ["roe-roll", 98, 122, 0, 1.75, 1.8],
      ["roe-roll", 156, 120, 0, 1.75, 1.8],
      ["roe-roll", 214, 118, 0, 1.75, 1.8],
    ) +
    gloss(80, 96, 18) +
    gloss(138, 94, 18) +
    steam(160, 74, 0.9),
  "steamed-shumai-4":
    ground("linen") +
    steamer +
    lay(
      ["lettuce", 160, 126, 0, 2.3],
      ["shumai", 112, 98, 0, 1.9],
      ["shumai", 188, 94, 50, 1.9],
      ["shumai", 132, 148, 20, 1.9],
      ["shumai", 208, 144, 90, 1.9],
      ["mustard", 250, 118, 0, 1.3],
    ) +
    steam(150, 78, 1.05),
  "iron-pan-gyoza-8":
    ground("wood") +
    gyozaPan +
    lay(
      ["gyoza", 104, 86, -8, 1.35],
      ["gyoza", 152, 78, 0, 1.35],
      ["gyoza", 200, 88, 8, 1.35],
      ["gyoza", 90, 122, -6, 1.35],
      ["gyoza", 150, 118, 0, 1.4],
      ["gyoza", 210, 124, 8, 1.35],
      ["gyoza", 120, 156, -4, 1.35],
      ["gyoza", 182, 158, 6, 1.35],
    ) +
    lay(["wasabi", 240, 108, 0, 1.1]) +
    steam(150, 72, 0.95),
  "potato-mochi-2":
    ground("sky") +
    plate("sand", 140, 96) +
    potatoCake(116, 112, 3) +
    potatoCake(204, 130, 8) +
    lay(["butter", 120, 104, -12, 1.05]) +
    ellipse(122, 116, 22, 8, "#ffd65a", 'opacity=".5"') +
    steam(160, 72, 0.9),
  "squid-pancake": ground("butter") + plate("white", 150, 98) + squidPancake() + steam(160, 68, 0.9),
  "red-ginger-tempura":
    ground("sage") +
    plate("sand", 138, 94) +
    fill("M78 92L222 70L250 158L100 176Z", "#fffaf0") +
    fill("M78 92L222 70L250 158L100 176Z", "url(#fall)", 'opacity=".5"') +
    lay(
      ["ginger-tempura", 124, 106, -10, 1.4],
      ["ginger-tempura", 196, 104, 30, 1.4],
      ["ginger-tempura", 160, 136, 80, 1.45],
      ["lemon", 236, 150, -20, 1.1],
    ),
  "chikuzen-chicken":
    ground("indigo") +
    plate("brick", 138, 96) +
    ellipse(160, 130, 92, 54, "#5c2a0a", 'opacity=".6"') +
    lay(
      ["chicken-cube", 104, 98, 0, 1.7],
      ["lotus", 154, 86, 0, 1.45],
      ["taro", 206, 98, 0, 1.5],
      ["konnyaku", 92, 134, 20, 1.5],
      ["carrot", 130, 118, 10, 1.5],
      ["chicken-cube", 178, 120, 60, 1.8],
      ["lotus", 222, 134, 20, 1.35],
      ["shiitake", 116, 156, 0, 1.3],
      ["taro", 158, 156, 60, 1.5],
      ["chicken-cube", 202, 160, 20, 1.5],
    ) +
    burdock(150, 104, 20) +
    burdock(226, 114, -50) +
    burdock(134, 142, -20) +
    lay(["peas", 170, 98, 0, 1.2], ["peas", 182, 146, 60, 1.2], ["peas", 104, 118, 30, 1.1]) +
    gloss(112, 108, 16) +
    gloss(190, 108, 14),
};

function burdock(x: number, y: number, turn: number): string {
  return `<g transform="translate(${x} ${y})rotate(${turn})">${rect(-18, -4, 38, 13, 5, "#240d00", 'opacity=".4"')}${rect(-20, -7, 38, 13, 5, "#7a4a20")}${rect(-20, -7, 38, 13, 5, "url(#fall)")}${ellipse(17, -0.5, 4, 6, "#d9b27a")}${line("M-14 -4h18", "#fff", 2, 0.5)}</g>`;
}

/** A whole roll of omelette, cut at one end. */
function omeletteLog(): string {
  const d = "M70 108Q72 92 90 88L206 72Q224 72 226 92L226 126Q224 142 208 146L94 164Q74 164 72 148Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(4 8)"') +
    lit(d, "#fad95e", "fall") +
    fill(
      "M84 100Q130 86 200 80Q212 88 196 94Q140 98 96 112Q82 112 84 100ZM110 140Q150 132 206 124Q214 132 196 136Q150 140 116 150Q104 150 110 140Z",
      "#d08a1c",
      'opacity=".4"',
    ) +
    line("M88 124Q150 110 222 102M90 146Q150 134 222 124", "#d9a028", 1.8, 0.7) +
    line("M92 96Q140 84 192 78", "#fff", 3.4, 0.75) +
    `<g transform="translate(232 110)scale(.9 1.9)"><use href="#dashi-roll"/></g>` +
    `<g transform="translate(82 128)scale(.8 1.9)"><use href="#dashi-roll"/></g>`
  );
}
void cast;
