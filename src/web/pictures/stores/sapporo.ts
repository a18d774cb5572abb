/** Sapporo Odori: the park under snow, the television tower, birches, and a roof that carries the winter. */
import { at, circle, ellipse, fade, ink, line, picture, rect, round, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { glow, shopLight, spillLight } from "./light.ts";
import { shopFront, signBoard, spill } from "./shop.ts";
import { lantern, menuBoard } from "./things.ts";

const slug = "sapporo";
const snow = "#fbfdff";
const shade = "#c5d6ea";

const definitions =
  fade(`${slug}-sky`, [0, "#7f9cc8"], [0.35, "#b7cbe4"], [0.68, "#eee6ea"]) +
  fade(`${slug}-ground`, [0, "#fdfeff"], [1, "#c9d9ec"]) +
  shopLight(slug, "#fff2c6", "#f7b45a") +
  glow(slug) +
  spillLight(slug);

/** Half the tower's width at a height: it curves in towards the top. */
const half = (y: number): number => round(4 + 22 * ((y - 84) / 112) ** 2 + 0.04 * (y - 84));
const level = (index: number): number => 84 + index * 14;
const braces = times(8, (index) => {
  const [top, foot] = [level(index), level(index + 1)];
  return `M${252 - half(top)} ${top}L${252 + half(foot)} ${foot}M${252 + half(top)} ${top}L${252 - half(foot)} ${foot}M${252 - half(foot)} ${foot}H${252 + half(foot)}`;
});
const leg = (side: number): string =>
  `M${252 + side * half(84)} 84${times(8, (index) => `L${252 + side * half(level(index + 1))} ${level(index + 1)}`)}`;

const tower =
  line("#d9573a", 1.8, "M252 30V84", 'stroke-linecap="round"') +
  line("#d9573a", 1.2, "M249.6 84L251 52H253L254.4 84M250 74H254M250.4 64H253.6") +
  line("#d9573a", 1.3, braces) +
  line("#c8452b", 2.8, leg(-1) + leg(1)) +
  shape("#3f7f73", "M240 84H264L261 94H243Z") +
  rect(238, 79, 28, 6, "#e9f1f4", 'rx="1"') +
  rect(240, 80.6, 24, 2.6, "#5b7894") +
  rect(237, 76.6, 30, 3, snow, 'rx="1.5"') +
  rect(241, 112, 22, 13, "#2b2f45", 'rx="1.5"') +
  line(
    "#ffb14a",
    1.5,
    "M245 115.4V121.6M248 115.4H250.6V118.5H248V121.6H250.6M254 115.4V118.5H256.6M256.6 115.4V121.6M259.8 115.4H259.8V121.6",
  ) +
  rect(234, 150, 36, 7, "#e9f1f4", 'rx="1"') +
  rect(236, 152, 32, 3, "#5b7894") +
  rect(233, 147.4, 38, 3.2, snow, 'rx="1.6"');

const fir = (x: number, y: number, size: number): string => {
  const s = (value: number): number => round(value * size);
  return (
    rect(x - s(0.04), y - s(0.14), s(0.08), s(0.14), ink.bark) +
    times(3, (index) => {
      const [foot, wide] = [y - s(0.1 + index * 0.26), 0.3 - index * 0.07];
      return (
        shape("#54727a", `M${x - s(wide)} ${foot}L${x} ${foot - s(0.42)}L${x + s(wide)} ${foot}Z`) +
        shape(
          snow,
          `M${x - s(wide * 0.72)} ${foot - s(0.11)}L${x} ${foot - s(0.42)}L${x + s(wide * 0.72)} ${foot - s(0.11)}L${x + s(wide * 0.3)} ${foot - s(0.16)}L${x} ${foot - s(0.09)}L${x - s(wide * 0.3)} ${foot - s(0.16)}Z`,
        )
      );
    })
  );
};

const park =
  shape(
    "#a9bcd8",
    "M0 140L40 108L74 128L112 98L160 132L206 112L260 134L300 116L320 128V206H0Z",
    'opacity=".8"',
  ) +
  shape(
    snow,
    "M40 108L29 117L38 116L44 121L52 115ZM112 98L98 110L108 108L116 116L126 108ZM300 116L290 121L298 122L306 124L309 120Z",
    'opacity=".9"',
  ) +
  rect(196, 138, 24, 40, "#9fb0cc") +
  rect(286, 130, 34, 50, "#9fb0cc") +
  rect(194, 135, 28, 4, snow, 'rx="2"') +
  rect(284, 127, 40, 4, snow, 'rx="2"') +
  line("#ffe2a2", 2.4, "M200 146h16M200 154h16M290 140h26M290 150h26M290 160h26", 'stroke-dasharray="4 4"') +
  rect(0, 182, 320, 30, "#dfe8f5") +
  ellipse(252, 184, 90, 6, "#dfe8f5") +
  tower +
  fir(208, 190, 44) +
  fir(228, 194, 34) +
  fir(280, 194, 40) +
  fir(310, 192, 52);

const birch = (x: number, foot: number, width: number): string =>
  shape(
    "#f4f2ee",
    `M${x - width / 2} ${foot}L${x - width * 0.36} -4H${x + width * 0.36}L${x + width / 2} ${foot}Z`,
  ) +
  shape(
    "#b9c3d2",
    `M${x + width * 0.12} ${foot}V-4H${x + width * 0.36}L${x + width / 2} ${foot}Z`,
    'opacity=".7"',
  ) +
  shape(
    "#4a4550",
    times(
      9,
      (index) =>
        `M${round(x - width * 0.4)} ${12 + index * 23 + ((index * 7) % 5)}q${round(width * 0.3)} -2 ${round(width * (index % 2 ? 0.55 : 0.35))} 1q-${round(width * 0.2)} 1.6 -${round(width * (index % 2 ? 0.55 : 0.35))} 1z`,
    ) +
      times(
        4,
        (index) =>
          `M${round(x + width * 0.44)} ${34 + index * 44}q-${round(width * 0.3)} -2 -${round(width * 0.4)} 1q${round(width * 0.2)} 1.8 ${round(width * 0.4)} 1z`,
      ),
  ) +
  ellipse(x, foot, width * 0.9, 2.4, snow);

const birches =
  line(
    "#6b6470",
    1.6,
    "M300 74Q286 60 276 30M300 100Q314 84 322 66M296 48Q304 34 318 22",
    'stroke-linecap="round"',
  ) +
  line(
    snow,
    1.2,
    "M297.6 70Q286 57 277 31M303 94Q314 82 321 66",
    'stroke-linecap="round" transform="translate(0 -1)"',
  ) +
  birch(318, 206, 8) +
  birch(301, 210, 13);

const roof =
  shape("#5f4a44", "M26 110L46 70H158L178 110Z") +
  shape(
    snow,
    "M14 104Q12 96 22 92L42 60Q46 52 58 54Q80 48 104 52T150 54Q158 52 162 60L184 94Q192 98 188 106Q182 112 174 107Q168 114 158 108Q148 112 140 107Q128 114 116 108Q104 112 92 107Q80 114 68 108Q58 112 48 107Q38 114 30 108Q20 112 14 104Z",
  ) +
  shape(
    shade,
    "M14 104Q20 102 30 103Q40 106 48 102Q58 106 68 103Q80 107 92 102Q104 106 116 103Q128 107 140 102Q148 106 158 103Q168 107 174 102Q182 104 188 106Q182 112 174 107Q168 114 158 108Q148 112 140 107Q128 114 116 108Q104 112 92 107Q80 114 68 108Q58 112 48 107Q38 114 30 108Q20 112 14 104Z",
    'opacity=".75"',
  ) +
  line(
    shade,
    1.6,
    "M52 72Q70 66 84 68M98 86Q120 78 142 84M40 90Q48 84 56 84",
    'opacity=".8" stroke-linecap="round"',
  ) +
  rect(134, 38, 14, 20, "#8e4a37") +
  shape(snow, "M131 39Q131 33 141 33T151 39Q151 42 146 41T136 41T131 39Z") +
  shape(
    "#e7f2fb",
    times(
      9,
      (index) => `M${32 + index * 17} 108l1.6 ${7 + ((index * 5) % 6)}l1.6 -${7 + ((index * 5) % 6)}z`,
    ),
    'opacity=".9"',
  );

const shop =
  rect(28, 104, 150, 98, "#6d4a3a") +
  at(28, 90, shopFront({ slug, wall: "#7b523d", joint: "#563627", frame: "#43291f" })) +
  roof;

const snowman =
  ellipse(214, 212, 16, 2.6, "#8fa8c8", 'opacity=".5"') +
  circle(213, 200, 12, snow) +
  shape(shade, "M221 191A12 12 0 1 1 203 207Q216 208 221 191Z", 'opacity=".7"') +
  circle(213, 182, 8.6, snow) +
  shape(shade, "M219 176A8.6 8.6 0 0 1 206 187Q216 187 219 176Z", 'opacity=".6"') +
  line(ink.vermilion, 3.6, "M205.6 188Q213 192 220.4 188M218 189L221 198", 'stroke-linecap="round"') +
  circle(210.4, 180.6, 1, ink.charcoal) +
  circle(215.8, 180.6, 1, ink.charcoal) +
  shape("#e8862e", "M212.6 182.6L221 184.4L212.8 185Z") +
  shape(ink.indigo, "M205.6 176Q206 166 213 166T220.4 176Z") +
  rect(204.6, 174.4, 16.8, 3.4, ink.night, 'rx="1.7"') +
  circle(213, 165.6, 2.4, ink.cream) +
  line(
    ink.bark,
    1.3,
    "M202 197L193 190M194.6 191.4L194 187.6M224.4 197L232 189M230.6 190.6L234 191",
    'stroke-linecap="round"',
  );

const drift =
  shape("#cfddee", "M0 198Q60 192 120 198T240 194T320 196V240H0Z") +
  shape(`url(#${slug}-ground)`, "M0 203Q70 197 140 203T260 199T320 202V240H0Z") +
  line(
    "#a9c0dc",
    1.2,
    "M20 224Q60 218 100 224M180 230Q220 224 262 230M270 218Q290 214 312 218",
    'opacity=".7" stroke-linecap="round"',
  ) +
  spill(slug, 28, 203, 0.9) +
  ellipse(184, 206, 16, 6, snow);

const flakes = times(64, (index) => {
  const [x, y] = [
    (index * 83 + ((index * index * 7) % 41)) % 320,
    (index * 57 + ((index * index * 11) % 67)) % 236,
  ];
  return circle(
    x,
    y,
    [1, 1.5, 2.1, 1.2][index % 4] ?? 1,
    "#fff",
    `opacity="${[0.9, 0.75, 0.95][index % 3]}"`,
  );
});

export const sapporo = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    park +
    drift +
    circle(103, 150, 98, `url(#${slug}-glow)`, 'opacity=".5"') +
    shop +
    shape(snow, "M26 206Q28 198 38 200Q44 202 46 206ZM162 206Q168 198 176 200Q184 198 190 206Z") +
    signBoard(103, 117, 96, "#3a2620", ink.cream) +
    rect(57, 106.6, 92, 3.6, snow, 'rx="1.8"') +
    lantern(34, 126, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    lantern(176, 126, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    rect(115, 187.6, 42, 2.6, snow, 'rx="1.3"') +
    menuBoard(84, 211) +
    rect(83, 183.4, 20, 3, snow, 'rx="1.5"') +
    snowman +
    birches +
    flakes,
);
