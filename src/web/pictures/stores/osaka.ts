/** Osaka Hommachi: dusk by the canal, the castle on its walls, signs that light up, the water full of them. */
import { at, circle, ellipse, fade, halo, ink, line, picture, rect, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { glow, shopLight } from "./light.ts";
import { shimmer, windows } from "./outdoors.ts";
import { shopFront, signBoard } from "./shop.ts";
import { grass, lantern, menuBoard, openBox } from "./things.ts";

const slug = "osaka";
const jade = "#3f7f73";
const teal = "#4fd6c4";
const pink = "#ff7d8e";

const definitions =
  fade(`${slug}-sky`, [0, "#2b2760"], [0.25, "#6a3f7e"], [0.45, "#c4607b"], [0.62, "#f6a46c"]) +
  fade(`${slug}-water`, [0, "#4a3b74"], [1, "#1d1b46"]) +
  halo(`${slug}-pink`, [0, "#ff8d8d", 0.55], [1, "#ff6a7d", 0]) +
  halo(`${slug}-teal`, [0, "#6ff0dd", 0.45], [1, "#3fd0c0", 0]) +
  shopLight(slug, "#fff0bd", "#ffb757") +
  glow(slug);

const keepRoof = (x: number, y: number, half: number, rise: number): string =>
  shape(
    jade,
    `M${x - half} ${y}Q${x - half * 0.7} ${y - 2} ${x - half * 0.55} ${y - rise}H${x + half * 0.55}Q${x + half * 0.7} ${y - 2} ${x + half} ${y}L${x + half - 2} ${y + 2.4}H${x - half + 2}Z`,
  ) + line("#e8c26a", 0.9, `M${x - half + 1} ${y + 1.8}H${x + half - 1}`);

const pediment = (x: number, y: number, half: number): string =>
  shape("#fbeede", `M${x - half} ${y}L${x} ${y - half * 0.9}L${x + half} ${y}Z`) +
  line(
    jade,
    2.2,
    `M${x - half - 1} ${y + 0.6}L${x} ${y - half * 0.95}L${x + half + 1} ${y + 0.6}`,
    'stroke-linejoin="round"',
  );

const castle =
  circle(62, 80, 62, `url(#${slug}-glow)`, 'opacity=".6"') +
  shape("#7d6278", "M14 152L26 122H100L112 152Z") +
  line(
    "#5f4a66",
    0.9,
    "M22 132H104M18 142H108M40 122L36 132M58 122V132M80 122L84 132M30 132L26 142M52 132L50 142M74 132L76 142M96 132L100 142",
    'opacity=".8"',
  ) +
  rect(30, 104, 66, 18, "#fbeede") +
  rect(36, 84, 54, 16, "#fbeede") +
  rect(43, 66, 40, 14, "#f7e4cf") +
  rect(49, 50, 28, 12, "#2f3550") +
  rect(49, 50, 28, 3, "#e8c26a") +
  keepRoof(63, 104, 42, 7) +
  keepRoof(63, 84, 34, 6) +
  keepRoof(63, 66, 27, 6) +
  keepRoof(63, 50, 20, 11) +
  pediment(50, 84, 7) +
  pediment(76, 84, 7) +
  line("#e8c26a", 2, "M52 39Q51 35 54 33M74 39Q75 35 72 33", 'stroke-linecap="round"') +
  shape(
    "#3b3048",
    times(6, (index) => `M${36 + index * 10} 110h4v7h-4z`) +
      times(5, (index) => `M${41.5 + index * 10} 90h3v6h-3z`) +
      times(4, (index) => `M${48 + index * 9} 71h3v5h-3z`),
  ) +
  times(11, (index) => circle(6 + index * 12, 152 - (index % 3) * 4, 9, index % 2 ? "#4a3a5c" : "#3d3152"));

const far =
  shape(
    "#a45a80",
    "M108 150V86H126V70H140V104H156V60H176V150ZM250 150V52H262V40H284V66H300V150ZM300 150V84H320V150Z",
    'opacity=".6"',
  ) +
  windows([111, 90], [5, 6], [4, 4, 5], "#ffd9a0", (index) => index % 3 === 1) +
  windows([254, 58], [5, 5], [4, 4, 5], "#ffd9a0", (index) => index % 4 !== 1);

/** Tubes of light: the broad stroke glows, the narrow one is the tube. */
const neon = (colour: string, d: string): string =>
  line(colour, 3.6, d, 'opacity=".35" stroke-linecap="round"') +
  line(colour, 1.5, d, 'stroke-linecap="round" stroke-linejoin="round"');

const octopus =
  line(
    ink.vermilion,
    6,
    "M-15 6Q-27 12 -30 2M-10 10Q-20 22 -27 18M-3 11Q-5 22 -13 24M4 11Q7 22 14 24M11 10Q20 20 27 16M15 5Q26 6 29 -7",
    'stroke-linecap="round"',
  ) +
  line(
    "#f4a58a",
    1.4,
    "M-16 8.6Q-25 13 -28.6 5M-11 12.6Q-19 22 -25 19.6M12 12Q20 20.6 25 18",
    'stroke-linecap="round" stroke-dasharray="0.1 4"',
  ) +
  shape(ink.vermilion, "M-18 4C-24 -22 -12 -32 0 -32S24 -22 18 4Q12 14 0 14T-18 4Z") +
  shape("#e06a4a", "M-14 -8C-15 -22 -8 -28 -2 -29C-8 -22 -10 -16 -10 -6Z", 'opacity=".8"') +
  circle(-7, -6, 5.4, "#fff") +
  circle(7, -6, 5.4, "#fff") +
  circle(-6, -5.4, 2.6, ink.charcoal) +
  circle(8, -5.4, 2.6, ink.charcoal) +
  circle(-5.2, -6.4, 0.9, "#fff") +
  circle(8.8, -6.4, 0.9, "#fff") +
  ellipse(0, 4, 4, 3.2, ink.rust) +
  ellipse(0, 4, 2, 1.6, "#4a1710") +
  shape(ink.cream, "M-16 -19Q0 -29 16 -19L15 -14.6Q0 -24 -15 -14.6Z") +
  circle(0, -22, 2.6, ink.vermilion);

const row =
  rect(0, 176, 320, 28, "#3d2c52") +
  shape("#5e3f6c", "M128 204V150H134V142H142V204ZM300 204V128H310V140H320V204Z") +
  rect(0, 136, 40, 66, "#3a2c50") +
  rect(0, 132, 40, 6, "#4c3a66") +
  rect(40, 122, 44, 80, "#443055") +
  rect(40, 118, 44, 6, "#59406c") +
  rect(84, 146, 46, 56, "#352a4c") +
  rect(84, 142, 46, 6, "#483863") +
  windows([46, 128], [4, 3], [6, 8, 4], "#ffcb7a", (index) => index % 5 !== 2) +
  windows([90, 152], [4, 2], [6, 8, 4], "#ffcb7a", (index) => index % 3 !== 0) +
  windows([4, 142], [1, 2], [6, 8, 4], "#ffcb7a", () => true) +
  circle(25, 156, 34, `url(#${slug}-teal)`) +
  rect(15, 126, 18, 62, "#231b3d", 'rx="3"') +
  neon(
    teal,
    "M24 131V137M24 147.4V150M24 160.4V163M24 173.4V184M28.8 142.2A4.8 5.2 0 1 1 28.8 142M28.8 155.2A4.8 5.2 0 1 1 28.8 155M28.8 168.2A4.8 5.2 0 1 1 28.8 168",
  ) +
  circle(106, 168, 32, `url(#${slug}-pink)`) +
  rect(82, 170, 46, 14, "#231b3d", 'rx="2"') +
  neon(
    pink,
    "M87 177Q91 172 96 177Q91 182 87 177L84.6 174.6V179.4ZM102 180Q102 174 107 174T112 180ZM117 174H124L120.6 181Z",
  ) +
  rect(44, 170, 36, 32, "#6b3a34") +
  rect(48, 178, 28, 24, "#ffd083") +
  shape(
    ink.vermilion,
    times(4, (index) => `M${46 + index * 8} 174h7.4v9h-7.4z`),
  ) +
  rect(4, 186, 34, 16, "#ffc56e", 'opacity=".75"') +
  rect(88, 188, 36, 14, "#ffc56e", 'opacity=".7"') +
  line("#352a4c", 1.4, "M12 186V202M21 186V202M30 186V202M100 188V202M112 188V202");

const shop =
  rect(138, 76, 166, 126, "#2c3658") +
  rect(138, 76, 166, 5, "#41507c") +
  rect(134, 72, 174, 6, "#41507c") +
  at(146, 90, shopFront({ slug, wall: "#33406a", joint: "#222c4e", frame: "#1d2443" })) +
  rect(138, 110, 166, 5, "#161b38", 'opacity=".6"') +
  neon(pink, "M142 82H300");

const bank =
  rect(0, 201, 320, 5, "#b58a7e") +
  rect(0, 205, 320, 9, "#6c5468") +
  line(
    "#4d3c55",
    0.8,
    "M0 209.6H320M20 205V214M60 205V214M100 205V214M140 205V214M180 205V214M220 205V214M260 205V214M300 205V214",
  ) +
  rect(0, 214, 320, 26, `url(#${slug}-water)`) +
  shimmer(24, 217, 16, 6, teal) +
  shimmer(62, 217, 26, 6, ink.lamp) +
  shimmer(106, 217, 24, 6, pink) +
  shimmer(170, 217, 44, 6, "#ffb757") +
  shimmer(254, 217, 62, 6, ink.lamp) +
  shimmer(306, 217, 12, 5, pink) +
  line(
    "#c98fa0",
    1.1,
    "M132 222h14M206 228h12M4 232h10M128 234h20M292 233h14",
    'opacity=".5" stroke-linecap="round"',
  );

export const osaka = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    line("#f7b48a", 2, "M104 40h44M84 48h40M180 54h30", 'opacity=".5" stroke-linecap="round"') +
    far +
    castle +
    row +
    shop +
    bank +
    circle(221, 52, 56, `url(#${slug}-pink)`, 'opacity=".8"') +
    at(221, 62, octopus, 0.98) +
    at(238, 50, openBox(0, 0), 1.1) +
    signBoard(221, 97, 104, "#171b35", ink.glow) +
    lantern(149, 122, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    lantern(294, 122, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    grass(302, 203, ["#6b8f6a", "#3b5a55"], ink.vermilion) +
    menuBoard(202, 205),
);
