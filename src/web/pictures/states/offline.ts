/** No connection: the shop's lantern has gone out, its plug lies beside the socket. */
import { circle, ellipse, ink, line, picture, rect, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { cloth, ground, lacquer } from "./common.ts";

const slug = "offline";

const definitions = `<linearGradient id="${slug}-paper"><stop offset="0" stop-color="#b9b2b6"/><stop offset=".45" stop-color="#dcd6d2"/><stop offset="1" stop-color="#938d98"/></linearGradient>`;

const ribs = times(9, (index) => {
  const y = 70 + index * 12;
  const reach = [38, 45, 49, 51, 52, 51, 49, 45, 38][index] ?? 45;
  return `M${132 - reach} ${y}Q132 ${y + 6} ${132 + reach} ${y}`;
});

const lantern =
  line(lacquer.rim, 3, "M132 18V46") +
  line(lacquer.light, 6, "M84 18H180", 'stroke-linecap="round"') +
  shape(`url(#${slug}-paper)`, "M104 58H160C196 76 196 160 160 178H104C68 160 68 76 104 58Z") +
  line("#6f6875", 1.6, ribs, 'opacity=".6"') +
  mark(132, 119, 46, "#8a5a58") +
  rect(102, 46, 60, 13, lacquer.side, 'rx="3"') +
  rect(102, 46, 60, 4, lacquer.light, 'rx="2"') +
  rect(102, 177, 60, 13, lacquer.side, 'rx="3"') +
  rect(102, 177, 60, 4, lacquer.light, 'rx="2"') +
  line(ink.vermilion, 3, "M132 190V200M128 200V212M132 200V214M136 200V212", 'stroke-linecap="round"') +
  line("#a9a2ac", 4, "M150 40Q142 32 150 24T152 8", 'stroke-linecap="round" opacity=".7"') +
  shape("#fff", "M92 82Q86 96 86 114Q86 118 90 118T94 114Q94 96 100 84Z", 'opacity=".35"');

const socket =
  rect(228, 88, 50, 58, lacquer.side, 'rx="7" opacity=".3" transform="translate(2 3)"') +
  rect(228, 88, 50, 58, "#f0dfbf", 'rx="7"') +
  rect(234, 94, 38, 46, "none", 'rx="4" stroke="#b8956a" stroke-width="1.6"') +
  rect(244, 106, 5, 16, lacquer.side, 'rx="1.6"') +
  rect(257, 106, 5, 16, lacquer.side, 'rx="1.6"') +
  circle(253, 131, 2.2, "#b8956a");

const plug =
  line(cloth.base, 5, "M162 184C190 186 186 214 212 212C226 211 226 200 236 196", 'stroke-linecap="round"') +
  line(cloth.light, 1.4, "M164 183C191 185 187 212.6 212 210.6", 'stroke-linecap="round"') +
  `<g transform="translate(240 192) rotate(-58)">${
    rect(18, -7.6, 13, 3.6, ink.lamp, 'rx="1"') +
    rect(18, 4, 13, 3.6, ink.lamp, 'rx="1"') +
    shape(cloth.base, "M-8 -5Q-8 -7 -4 -8L4 -12H18Q20 -12 20 -10V10Q20 12 18 12H4L-4 8Q-8 7 -8 5Z") +
    shape(cloth.light, "M4 -12H18Q20 -12 20 -10V-6H1Z", 'opacity=".8"')
  }</g>`;

export const offline = picture(
  definitions,
  ground +
    ellipse(132, 212, 58, 6, lacquer.side, 'opacity=".3"') +
    lantern +
    socket +
    plug +
    line(ink.vermilion, 3, "M238 162L232 154M253 158V149M268 162L274 154", 'stroke-linecap="round"'),
);
