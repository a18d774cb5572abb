/** A search that found nothing: between two shops an empty plot, and a cat that does not mind. */
import { at, circle, ellipse, ink, line, picture, rect, shape, times } from "../ink.ts";
import { cloth, ground, lacquer } from "./common.ts";

const slug = "no-store";

const shop = (x: number, wall: string, roof: string, noren: string): string =>
  rect(x, 118, 66, 78, wall) +
  shape(roof, `M${x - 8} 122L${x + 6} 96H${x + 60}L${x + 74} 122Z`) +
  rect(x - 9, 120, 84, 4, lacquer.side, 'rx="2"') +
  rect(x + 8, 140, 24, 56, lacquer.side) +
  shape(
    noren,
    times(3, (index) => `M${x + 7 + index * 9} 138h8.4v17q-4 1.6 -8.4 0z`),
  ) +
  rect(x + 38, 142, 22, 26, lacquer.rim) +
  rect(x + 40, 144, 18, 22, ink.lamp) +
  line(lacquer.rim, 1.6, `M${x + 49} 144v22M${x + 40} 155h18`) +
  rect(x + 36, 167, 26, 3, ink.straw);

const tuft = (x: number, y: number): string =>
  line(
    "#8aa055",
    2.2,
    `M${x - 4} ${y}q-1 -6 -4 -8M${x} ${y}v-10M${x + 4} ${y}q1 -6 4 -8`,
    'stroke-linecap="round"',
  );

const cat =
  line("#e0913f", 5, "M15 -4Q27 -4 25 -14Q24 -20 29 -22", 'stroke-linecap="round"') +
  shape("#e9a24e", "M-13 0Q-16 -20 -7 -28H7Q16 -20 13 0Z") +
  shape("#fff3dc", "M-6 0Q-8 -14 0 -18Q8 -14 6 0Z") +
  shape("#e9a24e", "M-13 -46L-11 -30H11L13 -46L5 -41H-5Z") +
  ellipse(0, -32, 13, 10.6, "#e9a24e") +
  ellipse(0, -28, 6.4, 5, "#fff3dc") +
  line(
    "#b8652a",
    2,
    "M-3 -41V-37M0 -42V-37.4M3 -41V-37M-13 -18h5M8 -18h5M-14 -12h5M9 -12h5",
    'stroke-linecap="round"',
  ) +
  line(
    "#4a2c20",
    1.5,
    "M-8 -33Q-6 -30.6 -4 -33M4 -33Q6 -30.6 8 -33M0 -29Q-1.4 -26.6 -3 -27M0 -29Q1.4 -26.6 3 -27",
    'stroke-linecap="round"',
  ) +
  shape("#c8452b", "M-1.6 -30.6H1.6L0 -28.8Z") +
  line(ink.vermilion, 2.4, "M-7.6 -22.4Q0 -18.6 7.6 -22.4", 'stroke-linecap="round"') +
  circle(0, -19.4, 2, ink.lamp);

const plot =
  rect(104, 70, 112, 126, "#e9c98f", 'opacity=".16"') +
  line(
    "#c98b57",
    2.4,
    "M122 196V122M198 196V122M110 122L126 92H194L210 122ZM132 138H170M134 138V154M150 138V154M168 138V154",
    'stroke-dasharray="5 5" stroke-linecap="round"',
  ) +
  tuft(132, 197) +
  tuft(190, 197) +
  tuft(206, 198) +
  at(161, 197, cat);

const lens =
  line(lacquer.rim, 13, "M207 176L244 218", 'stroke-linecap="round"') +
  line(ink.straw, 9, "M214 184L242 216", 'stroke-linecap="round"') +
  circle(160, 128, 66, "#fff6dc", 'opacity=".16"') +
  circle(160, 128, 66, "none", `stroke="${lacquer.rim}" stroke-width="9"`) +
  circle(160, 128, 66, "none", `stroke="${ink.lamp}" stroke-width="4.4"`) +
  line("#fff", 5, "M112 112Q120 88 142 79M108 128V127", 'stroke-linecap="round" opacity=".7"');

export const noStore = picture(
  `<clipPath id="${slug}-lens"><circle cx="160" cy="128" r="66"/></clipPath>`,
  ground +
    shop(24, "#d9b27c", cloth.base, ink.vermilion) +
    shop(230, "#cfa67a", "#7f8f56", cloth.base) +
    rect(16, 196, 288, 5, lacquer.light, 'rx="2.5"') +
    `<g clip-path="url(#${slug}-lens)">${rect(94, 62, 132, 134, "#f6dfae") + rect(94, 194, 132, 10, "#c99a66") + plot}</g>` +
    lens,
);
