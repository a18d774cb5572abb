/** Logged in: the tied meal goes from the shop's hands into the shopper's. */
import { at, circle, ellipse, fade, halo, ink, picture, rect, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { cloth, ground } from "./common.ts";

const slug = "welcome";

const definitions =
  fade(`${slug}-cloth`, [0, "#d9583c"], [1, "#b83a22"]) +
  `<linearGradient id="${slug}-edge"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#fff"/></linearGradient>` +
  // The sleeves fade out, as a cut edge would show on a page wider than the picture.
  `<mask id="${slug}-fade" maskUnits="userSpaceOnUse" x="0" y="130" width="160" height="90">${
    rect(0, 130, 44, 90, `url(#${slug}-edge)`) + rect(44, 130, 116, 90, "#fff")
  }</mask>` +
  halo(`${slug}-light`, [0, "#ffd98a", 0.75], [0.6, "#ffc766", 0.25], [1, "#ffc766", 0]);

/** An arm from the left with an open hand, palm up; mirrored for the one from the right. */
const arm = (sleeve: string, fold: string, cuff: string): string =>
  shape(sleeve, "M-8 150L64 146Q70 146 70 152L74 198Q74 204 68 204L-8 214Z") +
  shape(fold, "M-8 190L72 184L74 198Q74 204 68 204L-8 214Z") +
  rect(62, 145, 9, 60, cuff, 'rx="3" transform="rotate(-3 66 175)"') +
  shape(
    ink.skin,
    "M70 158Q86 156 98 166Q112 176 140 176Q148 177 147 182Q146 186 140 186.6Q112 192 92 192Q80 192 72 190Z",
  ) +
  shape(
    "#dda678",
    "M72 182Q96 188 122 186Q136 185 146 182Q146 186 140 186.6Q112 192 92 192Q80 192 72 190Z",
    'opacity=".8"',
  ) +
  shape(ink.skin, "M84 160Q94 150 104 151Q110 153 105 158Q98 162 97 170Z");

const bundle =
  ellipse(160, 178, 58, 6, "#7a2416", 'opacity=".35"') +
  shape(
    `url(#${slug}-cloth)`,
    "M104 176Q92 136 116 122H204Q228 136 216 176Q214 180 208 180H112Q106 180 104 176Z",
  ) +
  shape("#b4402a", "M116 122Q140 150 160 128Q180 150 204 122Q176 118 160 108Q144 118 116 122Z") +
  shape("#e2674a", "M110 140Q120 152 116 176L111 178Q105 178 104 174Q98 152 106 134Z", 'opacity=".7"') +
  shape(
    "#d9583c",
    "M160 120C124 124 104 106 112 86C128 80 148 96 160 116C172 96 192 80 208 86C216 106 196 124 160 120Z",
  ) +
  shape(
    ink.rust,
    "M154 115C134 116 118 106 119 94C130 94 144 104 154 115ZM166 115C186 116 202 106 201 94C190 94 176 104 166 115Z",
  ) +
  shape("#e2674a", "M112 86C122 82 136 89 146 99C136 92 124 89 116 92Z", 'opacity=".9"') +
  shape("#d9583c", "M148 112Q160 104 172 112Q176 122 168 127H152Q144 122 148 112Z") +
  shape(ink.rust, "M150 124Q160 128 170 124L168 127H152Z") +
  circle(160, 154, 15, "#fbf1dc") +
  mark(160, 154, 19, ink.vermilion);

const spark = (x: number, y: number, size: number): string =>
  at(x, y, shape("#e6ab35", "M0 -8Q1 -1 8 0Q1 1 0 8Q-1 1 -8 0Q-1 -1 0 -8Z"), size);

export const welcome = picture(
  definitions,
  ground +
    circle(160, 132, 104, `url(#${slug}-light)`) +
    `<g mask="url(#${slug}-fade)">${arm(cloth.base, cloth.fold, "#fbf1dc")}</g>` +
    `<g transform="matrix(-1 0 0 1 320 0)"><g mask="url(#${slug}-fade)">${arm("#8a9a58", "#65753f", "#e9c46a")}</g></g>` +
    times(3, (index) => circle(26 + index * 13, 170 + (index % 2) * 8, 3, cloth.thread, 'opacity=".7"')) +
    bundle +
    shape(ink.skin, "M98 168Q108 160 114 164Q118 168 112 171L104 177Z") +
    shape(ink.skin, "M222 168Q212 160 206 164Q202 168 208 171L216 177Z") +
    spark(92, 82, 1.1) +
    spark(236, 72, 1.4) +
    spark(66, 118, 0.7) +
    spark(254, 112, 0.8) +
    spark(160, 54, 1),
);
