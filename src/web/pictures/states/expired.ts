/** The cart's time is over: the box is shut and sealed, the clock beside it has stopped. */
import { circle, ellipse, fade, ink, line, picture, rect, round, shape, times } from "../ink.ts";
import { emblem } from "../mark.ts";
import { cloth, ground, lacquer } from "./common.ts";

const slug = "expired";

const tier = (y: number): string =>
  shape(
    `url(#${slug}-side)`,
    `M44 ${y}H196V${y + 34}Q196 ${y + 40} 190 ${y + 40}H50Q44 ${y + 40} 44 ${y + 34}Z`,
  ) +
  rect(44, y, 152, 5, lacquer.light, 'opacity=".7"') +
  rect(44, y + 29, 152, 3, ink.lamp, 'opacity=".85"');

const box =
  ellipse(124, 206, 96, 9, lacquer.side, 'opacity=".35"') +
  tier(164) +
  tier(124) +
  shape(lacquer.rim, "M40 124V112Q40 96 56 96H184Q200 96 200 112V124Z") +
  shape(lacquer.light, "M46 112Q46 101 58 101H150Q110 104 52 116Q46 117 46 112Z", 'opacity=".7"') +
  rect(38, 120, 164, 6, lacquer.side, 'rx="3"');

const cord =
  shape(ink.vermilion, "M112 96H128V204H112Z") +
  shape(ink.rust, "M124 96H128V204H124Z", 'opacity=".7"') +
  shape(
    ink.vermilion,
    "M120 96Q84 100 80 78Q82 62 98 70Q114 80 120 96Q126 80 142 70Q158 62 160 78Q156 100 120 96Z",
  ) +
  shape(
    ink.rust,
    "M114 92Q94 92 90 80Q94 74 102 80Q110 86 114 92ZM126 92Q146 92 150 80Q146 74 138 80Q130 86 126 92Z",
  ) +
  shape(ink.vermilion, "M116 94L98 118L110 116L120 98L130 116L142 118L124 94Z") +
  circle(120, 94, 8, "#d9583c") +
  emblem(120, 150, 17, "#f7e6c4", ink.vermilion);

const hours = times(12, (index) => {
  const angle = (index * Math.PI) / 6;
  const inner = index % 3 ? 32 : 29;
  return `M${round(232 + Math.sin(angle) * inner)} ${round(154 - Math.cos(angle) * inner)}L${round(232 + Math.sin(angle) * 35)} ${round(154 - Math.cos(angle) * 35)}`;
});

const clock =
  ellipse(232, 207, 42, 6, lacquer.side, 'opacity=".35"') +
  line(cloth.fold, 7, "M208 188L200 205M256 188L264 205", 'stroke-linecap="round"') +
  line(cloth.fold, 5, "M232 108V98M222 96H242", 'stroke-linecap="round"') +
  shape(cloth.base, "M190 116A17 17 0 0 1 213 101Z") +
  shape(cloth.base, "M274 116A17 17 0 0 0 251 101Z") +
  circle(232, 154, 48, cloth.base) +
  circle(232, 154, 48, cloth.fold, `clip-path="url(#${slug}-half)"`) +
  circle(232, 154, 40, "#fbf1dc") +
  shape(ink.lamp, "M232 154V116A38 38 0 0 1 265 173Z", 'opacity=".6"') +
  line("#7a5a48", 2.4, hours, 'stroke-linecap="round"') +
  line(lacquer.side, 4.4, "M232 154V127", 'stroke-linecap="round"') +
  line(lacquer.side, 3.4, "M232 154L256 168", 'stroke-linecap="round"') +
  circle(232, 154, 4.4, ink.vermilion);

export const expired = picture(
  `${fade(`${slug}-side`, [0, lacquer.rim], [1, lacquer.side])}<clipPath id="${slug}-half"><rect x="242" y="100" width="60" height="110"/></clipPath>`,
  ground +
    box +
    cord +
    clock +
    line(ink.vermilion, 3, "M278 98L286 88M290 112L302 107", 'stroke-linecap="round"'),
);
