/** Kyoto Sanjo: a machiya at the golden hour, a pagoda before the eastern hills, maples. */
import { at, circle, ellipse, fade, ink, line, picture, rect, round, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { shopLight, spillLight } from "./light.ts";
import { tiledRoof } from "./outdoors.ts";
import { shopFront, signBoard, spill } from "./shop.ts";
import { grass, lantern, menuBoard } from "./things.ts";

const slug = "kyoto";
const tiles: [string, string, string] = ["#59545c", "#403b45", "#6f6870"];

const definitions =
  fade(`${slug}-sky`, [0, "#f0985a"], [0.3, "#f9c377"], [0.62, "#fdeabb"]) +
  fade(`${slug}-hill`, [0, "#b5705f"], [1, "#e0a573"]) +
  fade(`${slug}-near`, [0, "#8a5a54"], [1, "#b8785a"]) +
  fade(`${slug}-road`, [0, "#d9b387"], [1, "#b98c68"]) +
  shopLight(slug, "#fff0bf", "#f4b65c") +
  spillLight(slug);

const storey = (x: number, y: number, half: number): string =>
  rect(x - half * 0.5, y, half, 13, "#7c4538") +
  line("#d98e57", 0.8, `M${x - half * 0.5} ${y + 9}h${half}`) +
  shape(
    "#4a3340",
    `M${x - half - 3} ${y + 3.4}Q${x - half * 0.6} ${y} ${x - half * 0.42} ${y - 5}H${x + half * 0.42}Q${x + half * 0.6} ${y} ${x + half + 3} ${y + 3.4}L${x + half} ${y + 4.6}H${x - half}Z`,
  );

const pagoda =
  line("#4a3340", 1.6, "M276 36V64") +
  line("#4a3340", 1, "M273 42h6M272.6 46h6.8M272 50h8M271.6 54h8.8") +
  times(5, (index) => storey(276, 66 + index * 15, 15 + index * 2.6)) +
  rect(262, 138, 28, 14, "#7c4538") +
  rect(256, 150, 40, 4, "#a98a70");

const leaf = (x: number, y: number, size: number, fill: string, turn = 0): string =>
  `<path fill="${fill}" transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" d="M0 5L-1 1L-5 3L-3 0L-6 -2L-2.6 -2.2L-3.4 -6L-1 -3.6L0 -8L1 -3.6L3.4 -6L2.6 -2.2L6 -2L3 0L5 3L1 1Z"/>`;

const reds = ["#c8452b", "#dd6a33", "#a93426", "#e98b3c"];

/** A cluster of maple leaves around a point, their places from a golden spiral. */
const foliage = (x: number, y: number, spread: number, count: number): string =>
  times(count, (index) => {
    const reach = spread * Math.sqrt((index + 0.5) / count);
    const angle = index * 2.4;
    return leaf(
      round(x + Math.cos(angle) * reach * 1.25),
      round(y + Math.sin(angle) * reach * 0.8),
      index % 3 === 0 ? 1.25 : 1,
      reds[(index * 3 + 1) % reds.length] ?? ink.vermilion,
      (index * 47) % 180,
    );
  });

const maple =
  line("#4b2d25", 5, "M-6 240Q10 150 2 96Q0 60 20 30", 'stroke-linecap="round"') +
  line("#4b2d25", 2.6, "M4 112Q22 88 46 70M3 90Q-6 70 4 40M14 44Q34 40 60 34", 'stroke-linecap="round"') +
  ellipse(24, 34, 46, 24, "#a93426", 'opacity=".55"') +
  ellipse(20, 78, 30, 18, "#a93426", 'opacity=".45"') +
  foliage(26, 30, 40, 34) +
  foliage(70, 28, 20, 12) +
  foliage(22, 76, 24, 16);

const lattice = (x: number, y: number, width: number, height: number): string =>
  rect(x, y, width, height, `url(#${slug}-room)`) +
  shape(
    "#4d2d20",
    times(Math.floor(width / 4), (index) => `M${x + index * 4} ${y}h2v${height}h-2z`),
  ) +
  line("#4d2d20", 1.6, `M${x} ${y + height * 0.3}h${width}M${x} ${y + height * 0.7}h${width}`);

/** The fence of bent bamboo at the foot of the wall, which keeps rain and dogs off it. */
const fence = (x: number, y: number, width: number): string =>
  shape(
    "#c79a5b",
    `M${x} ${y}Q${x + 1} ${y - 20} ${x + 4} ${y - 24}H${x + width - 1}Q${x + width} ${y - 14} ${x + width + 3} ${y}Z`,
  ) +
  line(
    "#8a6238",
    0.8,
    times(Math.floor(width / 3), (index) => `M${x + 3 + index * 3} ${y - 24}q-1 12 -1 24`),
    'opacity=".8"',
  ) +
  line("#8a6238", 1.4, `M${x + 2} ${y - 18}H${x + width}M${x + 1} ${y - 7}H${x + width + 2}`);

const upstairs =
  rect(44, 62, 186, 32, "#d8a765") +
  rect(44, 62, 186, 6, "#4d2d20", 'opacity=".35"') +
  rect(44, 62, 4, 32, "#5d3826") +
  rect(226, 62, 4, 32, "#5d3826") +
  rect(134, 62, 4, 32, "#5d3826") +
  times(2, (side) => {
    const x = 62 + side * 92;
    return (
      rect(x, 71, 58, 17, "#f2d9a4", 'rx="4"') +
      shape(
        "#6a4230",
        times(9, (index) => `M${x + 3.4 + index * 6} 72.4h3.2v14.2h-3.2z`),
      )
    );
  });

const house =
  upstairs +
  tiledRoof([137, 44], [176, 214, 20], tiles) +
  rect(38, 104, 200, 102, "#6b4330") +
  at(42, 92, shopFront({ slug, wall: "#74492f", joint: "#4d2d20", frame: "#4a2b1f" })) +
  rect(190, 124, 46, 80, "#4d2d20") +
  lattice(193, 128, 40, 52) +
  fence(190, 204, 44) +
  tiledRoof([138, 92], [196, 226, 20], tiles) +
  rect(34, 115, 208, 5, "#2c1a14", 'opacity=".35"');

const land =
  circle(206, 84, 54, "#fff3c4", 'opacity=".35"') +
  circle(206, 84, 24, "#fff8dc", 'opacity=".9"') +
  shape(`url(#${slug}-hill)`, "M0 130Q40 96 90 112T180 104Q220 78 262 96T320 84V210H0Z") +
  shape(`url(#${slug}-near)`, "M0 160Q16 146 40 152T110 150H180Q220 118 262 132T320 118V210H0Z") +
  times(9, (index) =>
    circle(214 + index * 13, 152 - (index % 3) * 4, 9, ["#a4533a", "#c06a3c", "#7f5a3f"][index % 3] ?? ""),
  ) +
  shape("#4f4650", "M232 170L244 156H330V170Z") +
  rect(240, 168, 90, 38, "#8a5b40") +
  shape(
    "#5d3826",
    times(11, (index) => `M${246 + index * 7} 174h3v30h-3z`),
  ) +
  rect(240, 168, 90, 4, "#2c1a14", 'opacity=".35"');

const road =
  rect(0, 203, 320, 37, `url(#${slug}-road)`) +
  line(
    "#9c7252",
    0.8,
    "M0 212H320M0 224H320M28 204L12 240M78 212L70 224M120 204L112 212M150 212L148 224M190 224L194 240M206 204L210 212M240 212L248 224M286 204L304 240",
    'opacity=".6"',
  );

export const kyoto = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    line("#fff0cf", 2, "M96 26h70M130 32h50M230 22h60M250 28h50", 'opacity=".6" stroke-linecap="round"') +
    land +
    pagoda +
    road +
    house +
    spill(slug, 42, 203, 0.6) +
    signBoard(117, 116, 84, "#3a221a", ink.paper) +
    lantern(47, 128, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    lantern(211, 124, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    menuBoard(98, 213) +
    grass(182, 208, ["#a3a04f", "#6b6b38"], "#59545c") +
    maple +
    leaf(262, 196, 0.8, "#c8452b", 30) +
    leaf(150, 222, 0.9, "#dd6a33", 80) +
    leaf(60, 214, 1, "#c8452b", 140) +
    leaf(238, 226, 0.9, "#a93426", 10) +
    leaf(104, 60, 0.8, "#dd6a33", 40) +
    leaf(88, 92, 0.7, "#c8452b", 100) +
    leaf(30, 196, 0.9, "#e98b3c", 60) +
    leaf(302, 214, 0.8, "#e98b3c", 20),
);
