/** Fukuoka Nakasu: a stall on the river at night, red lanterns, guests on stools, willows. */
import { at, circle, ellipse, fade, halo, ink, line, picture, rect, round, shape, times } from "../ink.ts";
import { chainName, emblem, mark } from "../mark.ts";
import { shimmer, windows } from "./outdoors.ts";
import { keeper } from "./shop.ts";
import { bundle, lantern, menuBoard, noren, openBox, stack } from "./things.ts";

const slug = "fukuoka";

const definitions =
  fade(`${slug}-sky`, [0, "#101638"], [0.3, "#25306a"], [0.52, "#56508f"]) +
  fade(`${slug}-river`, [0, "#37417c"], [1, "#151b42"]) +
  fade(`${slug}-walk`, [0, "#5a4a5c"], [1, "#2c2740"]) +
  fade(`${slug}-red`, [0, "#d8432b"], [0.5, "#ff7d4d"], [1, "#c93a25"]) +
  halo(`${slug}-moon`, [0, "#fff3cf", 0.5], [1, "#fff3cf", 0]) +
  halo(`${slug}-warm`, [0, "#ff9a5c", 0.7], [1, "#ff7a4a", 0]) +
  fade(`${slug}-room`, [0, "#ffefb8"], [1, "#ffb24e"]);

const sky =
  shape(
    "#fff",
    times(26, (index) => {
      const [x, y] = [(index * 97 + 31) % 316, (index * 41 + 9) % 84];
      return `M${x} ${y}a.8.8 0 1 1-.1 0z`;
    }),
    'opacity=".8"',
  ) +
  circle(268, 52, 30, `url(#${slug}-moon)`) +
  circle(268, 52, 14, "#fff3d6") +
  circle(263, 48, 3, "#ecd9ad", 'opacity=".6"') +
  circle(272, 56, 2, "#ecd9ad", 'opacity=".6"');

const city =
  shape(
    "#323a78",
    "M0 132V84H26V70H50V96H76V60H98V88H124V74H150V98H176V64H204V90H232V78H256V100H284V72H306V92H320V132Z",
  ) +
  windows([4, 88], [26, 4], [4, 4, 8.2], "#ffd58c", (index) => index % 26 > 0 && (index * 7) % 5 < 2) +
  windows([80, 66], [2, 2], [4, 4, 5], "#ffd58c", (index) => index !== 1) +
  windows([182, 70], [2, 2], [4, 4, 5], "#8fd8d6", (index) => index !== 2) +
  rect(206, 96, 22, 10, "#c8452b", 'rx="1.5"') +
  line("#ffe6b0", 1.2, "M209 99.4H225M209 102.6H220") +
  rect(26, 76, 7, 22, "#3f9a95", 'rx="1.5"') +
  rect(290, 78, 12, 8, "#e8a13b", 'rx="1.5"');

const river =
  rect(0, 130, 320, 40, `url(#${slug}-river)`) +
  rect(0, 127, 320, 4, "#464b86") +
  shimmer(30, 134, 12, 8, "#6fd6cf") +
  shimmer(88, 134, 16, 8, ink.lamp) +
  shimmer(140, 134, 12, 7, ink.lamp) +
  shimmer(217, 134, 22, 8, "#f4714f") +
  shimmer(268, 134, 20, 8, "#fff3cf") +
  shimmer(302, 134, 12, 7, "#ffb757") +
  shimmer(8, 136, 10, 6, ink.lamp) +
  line("#2a2550", 3, "M0 160H320") +
  line(
    "#2a2550",
    1.6,
    times(33, (index) => `M${index * 10} 160v14`),
  ) +
  rect(0, 172, 320, 68, `url(#${slug}-walk)`) +
  line(
    "#241f38",
    0.8,
    "M0 188H320M0 208H320M0 226H320M40 172L20 240M110 172L100 240M210 172L220 240M280 172L300 240",
    'opacity=".6"',
  );

/** The neighbour's stall, further down the bank. */
const neighbour =
  circle(288, 156, 46, `url(#${slug}-warm)`, 'opacity=".8"') +
  rect(262, 138, 58, 24, "#ffcf7a") +
  shape("#3f6f74", "M256 138L266 126H322V138Z") +
  shape(
    "#e9d3a2",
    times(6, (index) => `M${264 + index * 10} 138h9v11h-9z`),
  ) +
  rect(262, 160, 58, 18, "#6b3f2e") +
  line("#4a2a20", 1, "M274 160V178M288 160V178M302 160V178") +
  circle(280, 154, 4.4, "#3a2b3a") +
  shape("#6b7f9c", "M272 172Q272 158 280 158T288 172Z") +
  circle(304, 154, 4.4, "#3a2b3a") +
  shape("#8b4a3f", "M296 172Q296 158 304 158T312 172Z") +
  at(262, 136, lantern(0, 0, `url(#${slug}-red)`), 0.62);

const post = (x: number): string => rect(x, 92, 4, 106, ink.bark);

const inside =
  rect(70, 92, 172, 74, `url(#${slug}-room)`) +
  rect(70, 92, 172, 8, "#9a4a22", 'opacity=".4"') +
  rect(78, 128, 46, 2, ink.wood) +
  stack(82, 128, 2) +
  stack(95, 128, 3) +
  stack(108, 128, 2) +
  rect(190, 128, 46, 2, ink.wood) +
  shape("#6f8f8a", "M196 128V116H199V112H202V116H205V128Z") +
  shape("#b4553a", "M209 128V118H211.5V113H214.5V118H217V128Z") +
  shape("#7c8c4d", "M221 128V116H224V112H227V116H230V128Z") +
  at(157, 140, keeper, 1.25) +
  shape("#5b5f68", "M176 158V148H206V158Z") +
  rect(173, 146, 36, 3, "#7c818b", 'rx="1.5"') +
  line(
    "#fff",
    2.2,
    "M182 142Q178 136 183 131T182 120M193 142Q189 135 194 129T193 117M203 142Q199 136 203 131",
    'opacity=".65" stroke-linecap="round"',
  ) +
  bundle(96, 158, ink.indigo, ink.night) +
  openBox(112, 158) +
  bundle(226, 158, ink.moss, ink.fern);

const counter =
  rect(62, 157, 188, 5, ink.straw, 'rx="1.5"') +
  rect(62, 160.6, 188, 2, ink.bark, 'opacity=".6"') +
  rect(66, 162, 180, 36, "#7a4a33") +
  line(
    "#57321f",
    0.9,
    times(11, (index) => `M${82 + index * 15} 163V198`),
    'opacity=".7"',
  ) +
  rect(66, 162, 180, 5, "#000", 'opacity=".22"') +
  rect(66, 194, 180, 4, ink.bark) +
  rect(122, 172, 68, 17, "#f7e6c4", 'rx="2"') +
  chainName(156, 180.6, 10.5, ink.vermilion, 1.35) +
  times(2, (index) => {
    const x = 84 + index * 144;
    return (
      circle(x, 200, 10, "#2b211f") +
      circle(x, 200, 7.4, "#8a5b3b") +
      line(
        "#2b211f",
        1.4,
        `M${x - 8} 200h16M${x} 192v16M${x - 5.6} 194.4l11.2 11.2M${x + 5.6} 194.4l-11.2 11.2`,
      ) +
      circle(x, 200, 2.2, "#2b211f")
    );
  });

const roof =
  shape("#26325f", "M50 96L66 70H246L262 96Z") +
  shape("#33427a", "M50 96L66 70H110L100 96ZM150 96L152 70H196L200 96Z") +
  line("#1b2347", 1, "M100 96L110 70M150 96L152 70M200 96L196 70") +
  rect(64, 67, 184, 5, "#41528f", 'rx="2.5"') +
  rect(48, 95, 216, 4.6, ink.paper, 'rx="1"');

const guest = (x: number, coat: string, fold: string, hair: string, bun: string): string =>
  ellipse(x, 217, 13, 2.4, "#120f22", 'opacity=".5"') +
  line("#2a1c1a", 2, `M${x - 6} 196L${x - 9} 217M${x + 6} 196L${x + 9} 217M${x - 8} 208H${x + 8}`) +
  rect(x - 11, 193, 22, 4.4, ink.straw, 'rx="2"') +
  shape(
    coat,
    `M${x - 13} 194Q${x - 17} 166 ${x - 10} 160Q${x - 5} 157 ${x} 157T${x + 10} 160Q${x + 17} 166 ${x + 13} 194Z`,
  ) +
  shape(fold, `M${x + 5} 194Q${x + 9} 174 ${x + 10} 160Q${x + 17} 166 ${x + 13} 194Z`, 'opacity=".6"') +
  line(
    fold,
    1.1,
    `M${x - 8.4} 193Q${x - 10.6} 178 ${x - 8} 169M${x} 160V193`,
    'opacity=".55" stroke-linecap="round"',
  ) +
  rect(x - 3, 151, 6, 7, "#d79c74") +
  ellipse(x, 146, 8, 8.6, hair) +
  bun;

const willow = (x: number, y: number, length: number, lean: number, index: number): string => {
  const leaves = times(Math.floor(length / 7), (step) => {
    const t = (step + 1) / Math.floor(length / 7);
    const [px, py] = [round(x + lean * t * t), round(y + length * t)];
    return `M${px} ${py - 5}q-4.4 3 -5.4 8.4q4.8 -2.4 5.4 -8.4q4.6 3 5 8.8q-4.6 -2.8 -5 -8.8z`;
  });
  return (
    line("#4f7350", 1, `M${x} ${y}Q${x} ${y + length * 0.6} ${x + lean} ${y + length}`) +
    shape(["#6f9a5a", "#527d56", "#86ad62"][index % 3] ?? ink.moss, leaves)
  );
};
const willows =
  line("#221b2c", 9, "M-4 240Q8 150 -4 70Q-8 30 20 -4", 'stroke-linecap="round"') +
  line("#221b2c", 4, "M-2 70Q16 30 52 14M0 100Q16 74 28 60", 'stroke-linecap="round"') +
  times(9, (index) =>
    willow(
      2 + index * 8,
      [40, 24, 14, 10, 12, 4, 2, 0, -2][index] ?? 0,
      [96, 84, 112, 70, 88, 60, 74, 48, 54][index] ?? 60,
      6 + (index % 3) * 2,
      index,
    ),
  ) +
  times(3, (index) => willow(296 + index * 10, -8, [62, 84, 56][index] ?? 60, -6, index + 1));

export const fukuoka = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    sky +
    city +
    river +
    neighbour +
    circle(156, 140, 128, `url(#${slug}-warm)`, 'opacity=".55"') +
    ellipse(156, 206, 118, 9, "#120f22", 'opacity=".5"') +
    inside +
    post(68) +
    post(240) +
    noren(77, 100, 8, [19.8, 24], [ink.vermilion, ink.rust], "") +
    [-1, 0, 1].map((side) => emblem(156 + side * 54, 112.5, 9.4, ink.cream, ink.vermilion)).join("") +
    counter +
    roof +
    circle(56, 118, 30, `url(#${slug}-warm)`) +
    circle(256, 118, 30, `url(#${slug}-warm)`) +
    lantern(56, 104, `url(#${slug}-red)`, mark(0, 0, 8, ink.cream), "#7d1f14") +
    lantern(256, 104, `url(#${slug}-red)`, mark(0, 0, 8, ink.cream), "#7d1f14") +
    guest(112, ink.indigo, ink.night, "#33241f", circle(112, 137, 3.6, "#33241f")) +
    guest(
      206,
      ink.fern,
      "#2f3b26",
      "#57382a",
      line(ink.vermilion, 4, "M199 157.4Q206 161 213 157.4", 'stroke-linecap="round"'),
    ) +
    menuBoard(264, 216) +
    willows,
);
