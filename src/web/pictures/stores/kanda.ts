/** Kanda in Tokyo: the shop under an arch of the old brick viaduct, a morning train above it. */
import { at, circle, ellipse, fade, ink, line, picture, rect, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { bricks, glow, shopLight, spillLight } from "./light.ts";
import { shopFront, signBoard, spill } from "./shop.ts";
import { grass, lantern, menuBoard, shrub } from "./things.ts";

const slug = "kanda";
const stone = "#e3c9a4";
const arch = (x: number, half: number): string =>
  `M${x - half} 204V146C${x - half} 114 ${x - half * 0.6} 97 ${x} 97S${x + half} 114 ${x + half} 146V204Z`;

const definitions =
  fade(`${slug}-sky`, [0, "#9fc6d6"], [0.3, "#d8e2d4"], [0.55, "#fbe3b8"]) +
  fade(`${slug}-under`, [0, "#2b211f"], [1, "#5a4034"]) +
  `<linearGradient id="${slug}-sun"><stop offset="0" stop-color="#ffe3a8" stop-opacity=".28"/><stop offset=".6" stop-color="#ffe3a8" stop-opacity="0"/></linearGradient>` +
  `<clipPath id="${slug}-arch"><path d="${arch(160, 85)}"/></clipPath>` +
  shopLight(slug, "#ffeec0", "#f0ba6a") +
  glow(slug) +
  spillLight(slug);

const town =
  circle(58, 52, 60, "#fff6d6", 'opacity=".35"') +
  circle(58, 52, 26, "#fffae6", 'opacity=".8"') +
  shape(
    "#a9bcbf",
    "M0 90V58H22V44H44V66H60V90ZM208 90V34H216V28H240V50H262V40H290V56H320V90Z",
    'opacity=".55"',
  ) +
  shape(
    "#8ea5ab",
    "M0 90V70H14V62H34V76H78V60H102V90ZM196 90V56H226V64H246V90ZM272 90V48H300V66H320V90Z",
    'opacity=".6"',
  ) +
  line(
    "#fdf3d6",
    2,
    "M202 62h18M202 68h18M278 56h16M278 62h16M82 67h14M82 73h14",
    'stroke-dasharray="3 3" opacity=".8"',
  );

const wires =
  line("#4d5358", 1.2, "M40 86V32M36 38H62M284 86V32M280 38H304") +
  line("#4d5358", 0.6, "M0 36Q40 43 60 38Q180 52 300 38L320 40M0 44Q150 51 320 45", 'opacity=".8"');

const window = (x: number): string =>
  rect(x, 57, 15, 10, "#48606b", 'rx="1.4"') +
  shape("#fff", `M${x + 2} 67L${x + 8} 57H${x + 12}L${x + 6} 67Z`, 'opacity=".35"');

const train =
  shape("#eef0ea", "M-10 50H214Q232 50 240 66L243 76V83H-10Z") +
  shape("#cfd5d2", "M-10 50H214Q222 50 227 53H-10Z") +
  rect(-10, 69.5, 252, 5.5, "#e8742c") +
  rect(-10, 76, 253, 7, "#b9c1c0") +
  times(6, (index) => window(5 + index * 36 - (index % 2))) +
  times(6, (index) => rect(24 + index * 36, 55, 12, 28, "#d9deda", 'stroke="#a9b3b3" stroke-width=".7"')) +
  times(6, (index) => rect(26 + index * 36, 58, 8, 10, "#48606b", 'rx="1"')) +
  line("#a9b3b3", 1, "M110 50V83") +
  shape("#34444e", "M216 55H222Q230 57 235 68H216Z") +
  shape("#fff", "M221 55L231 68H226L217 56Z", 'opacity=".3"') +
  circle(239, 73, 1.8, "#fff6cf") +
  line("#7b8788", 1, "M60 50L66 44L72 50M62 43H70M170 50L176 44L182 50M172 43H180") +
  rect(0, 83, 320, 3.4, "#4c4644");

const viaduct =
  bricks([0, 86, 320, 120], ["#a8543a", "#7c3a29", "#b8654a", "#97482f", "#bf7153"]) +
  rect(0, 85, 320, 6, stone) +
  rect(0, 91, 320, 2.4, "#6b3325", 'opacity=".55"') +
  times(3, (index) => shape("#cf8a67", arch(160 + (index - 1) * 194, 91))) +
  times(3, (index) => shape(`url(#${slug}-under)`, arch(160 + (index - 1) * 194, 85))) +
  circle(63, 118, 8, stone) +
  circle(63, 118, 5.6, "#8f4631") +
  circle(257, 118, 8, stone) +
  circle(257, 118, 5.6, "#8f4631");

const shop = `<g clip-path="url(#${slug}-arch)">${
  rect(70, 90, 180, 116, "#6f4a35") +
  at(85, 92, shopFront({ slug, wall: "#7d5339", joint: "#533422", frame: "#3c2a22" })) +
  rect(70, 90, 180, 30, "#59392a")
}</g>`;

const pavement =
  rect(0, 204, 320, 36, "#d9c4a3") +
  rect(0, 204, 320, 3, "#b79c7c") +
  line(
    "#b79c7c",
    0.8,
    "M0 214H320M0 226H320M30 207L12 240M96 207L84 240M226 207L238 240M292 207L312 240",
    'opacity=".6"',
  ) +
  spill(slug, 85, 204, 0.7);

const bicycle =
  ellipse(28, 205, 22, 2, ink.charcoal, 'opacity=".3"') +
  line("#20191a", 1.5, "M16 187a9 9 0 1 0 .1 0M42 187a9 9 0 1 0 .1 0") +
  line(
    "#4f8a86",
    1.9,
    "M16 196L23 182H37L42 196M23 182L29 196L37 182M37 182L36 177H32M29 196H16M21 178H26",
    'stroke-linejoin="round" stroke-linecap="round"',
  ) +
  rect(36, 172, 12, 7, ink.straw, 'rx="1.4"');

export const kanda = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    town +
    wires +
    train +
    viaduct +
    shop +
    pavement +
    bicycle +
    rect(0, 86, 320, 154, `url(#${slug}-sun)`) +
    circle(160, 116, 42, `url(#${slug}-glow)`, 'opacity=".55"') +
    signBoard(160, 113, 84, ink.charcoal, ink.paper) +
    lantern(153.5, 132, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    lantern(233, 132, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    shrub(86, 207, [ink.moss, ink.fern]) +
    grass(240, 207, ["#93a35c", ink.fern]) +
    shrub(276, 206, ["#93a35c", ink.fern], "#5d6f86") +
    grass(296, 207, [ink.moss, ink.fern], "#a8593b") +
    menuBoard(142, 213),
);
