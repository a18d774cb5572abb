/** A store of any other chain: a spring afternoon in a small street, an awning, no chain's mark. */
import { at, circle, ellipse, fade, ink, line, picture, rect, shape, times } from "../ink.ts";
import { shopLight } from "./light.ts";
import { cloud, tree, windows } from "./outdoors.ts";
import { shopFront } from "./shop.ts";
import { grass, lantern, menuBoard, shrub } from "./things.ts";

const slug = "any";
const spring: [string, string, string] = ["#6f9455", "#8fb368", "#b4cf86"];

const definitions =
  fade(`${slug}-sky`, [0, "#a7d3c9"], [0.4, "#dcecd2"], [0.65, "#fbf3d6"]) +
  fade(`${slug}-hill`, [0, "#a5c49a"], [1, "#cbdcb0"]) +
  shopLight(slug, "#fff1c6", "#f3bf72");

/** A rice ball, its middle at 0: what every shop that sells a bento may show. */
const riceBall = (rice: string, nori: string): string =>
  shape(
    rice,
    "M0 -7.4Q2.6 -7.4 4.4 -4L7.4 2.4Q8.8 6.4 4.6 6.6H-4.6Q-8.8 6.4 -7.4 2.4L-4.4 -4Q-2.6 -7.4 0 -7.4Z",
  ) + rect(-3, 0.6, 6, 6, nori, 'rx=".6"');

const street =
  shape(`url(#${slug}-hill)`, "M0 132Q50 88 104 112T210 100Q262 76 320 110V204H0Z") +
  shape("#8fb07f", "M0 150Q40 126 80 140T170 134Q250 112 320 140V204H0Z", 'opacity=".7"') +
  rect(-6, 116, 66, 90, "#ead7b4") +
  shape("#b8694c", "M-10 118L4 98H50L66 118Z") +
  windows([8, 128], [2, 2], [14, 16, 8], "#8fb5b5", () => true) +
  rect(262, 108, 64, 98, "#d9dccb") +
  shape("#5f7480", "M256 110L270 90H330V110Z") +
  windows([272, 120], [2, 2], [14, 16, 8], "#8fb5b5", () => true) +
  line("#6d6a63", 2.2, "M70 204V44M58 52H82M61 60H79") +
  line("#6d6a63", 0.6, "M0 42Q40 58 58 51Q180 76 320 40M0 52Q40 66 61 59Q190 84 320 50", 'opacity=".7"');

const awning = (x: number, y: number, width: number): string => {
  const stripe = width / 12;
  return (
    times(12, (index) => {
      const [left, fill] = [x + index * stripe, index % 2 ? ink.cream : ink.indigo];
      const [top, next] = [x + 6 + (index * (width - 12)) / 12, x + 6 + ((index + 1) * (width - 12)) / 12];
      return shape(
        fill,
        `M${top.toFixed(1)} ${y}H${next.toFixed(1)}L${(left + stripe).toFixed(1)} ${y + 17}v3a${(stripe / 2).toFixed(1)} 4.6 0 0 1 -${stripe.toFixed(1)} 0v-3Z`,
      );
    }) +
    rect(x, y + 16, width, 2, ink.night, 'opacity=".14"') +
    rect(x + 5, y - 2, width - 10, 3, ink.bark, 'rx="1.5"')
  );
};

const house =
  rect(82, 68, 158, 138, "#f3e3c3") +
  rect(82, 68, 158, 6, ink.bark, 'opacity=".18"') +
  shape("#a8593b", "M72 70L90 44H232L250 70Z") +
  line(
    "#8a4630",
    1,
    times(17, (index) => `M${94 + index * 8.2} 44L${(80 + index * 10).toFixed(1)} 70`),
    'opacity=".6"',
  ) +
  rect(70, 68, 182, 4, "#8a4630", 'rx="2"') +
  rect(88, 41, 146, 5, "#8a4630", 'rx="2.5"') +
  times(2, (index) => {
    const x = 98 + index * 96;
    return (
      rect(x, 77, 30, 20, ink.bark) +
      rect(x + 2, 79, 26, 16, "#a9cdc9") +
      shape("#fff", `M${x + 4} 95L${x + 14} 79H${x + 19}L${x + 9} 95Z`, 'opacity=".5"') +
      line(ink.bark, 1.6, `M${x + 15} 79V95`) +
      rect(x - 2, 96, 34, 3, ink.straw) +
      times(4, (flower) => circle(x + 3 + flower * 8, 94.6, 3, flower % 2 ? "#8fb368" : ink.vermilion))
    );
  }) +
  circle(161, 86, 13, ink.cream) +
  circle(161, 86, 13, "none", `stroke="${ink.bark}" stroke-width="1.6"`) +
  at(161, 86.4, riceBall("#fffdf6", ink.charcoal)) +
  at(
    161,
    86.4,
    line(
      ink.bark,
      0.8,
      "M0 -7.4Q2.6 -7.4 4.4 -4L7.4 2.4Q8.8 6.4 4.6 6.6H-4.6Q-8.8 6.4 -7.4 2.4L-4.4 -4Q-2.6 -7.4 0 -7.4Z",
    ),
  ) +
  at(
    86,
    92,
    shopFront({
      slug,
      wall: "#e6cc9f",
      joint: "#b8935f",
      frame: "#6d4a34",
      cloth: [ink.indigo, ink.night],
      emblem: at(0, 0, riceBall(ink.cream, ink.night), 1.35),
    }),
  ) +
  rect(82, 126, 158, 6, ink.charcoal, 'opacity=".16"') +
  awning(76, 106, 170);

const postBox =
  ellipse(56, 207, 10, 2, ink.charcoal, 'opacity=".25"') +
  shape(ink.vermilion, "M48 206V176Q48 168 56 168T64 176V206Z") +
  shape(ink.rust, "M58 206V168.4Q64 169 64 176V206Z", 'opacity=".6"') +
  rect(46.6, 203, 18.8, 4, ink.rust, 'rx="1"') +
  rect(46.6, 172, 18.8, 3, ink.rust, 'rx="1.5"') +
  rect(51, 178, 10, 2.4, ink.charcoal, 'rx="1"') +
  rect(52, 184, 8, 8, ink.cream, 'rx="1"');

export const any = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    cloud(20, 50, 52, "#fff", 0.85) +
    cloud(244, 60, 60, "#fff", 0.85) +
    cloud(150, 32, 44, "#fff", 0.6) +
    street +
    tree(34, 206, 96, spring) +
    tree(282, 206, 112, spring) +
    rect(0, 203, 320, 37, "#e3d3b0") +
    rect(0, 203, 320, 3, "#c2ab82") +
    line(
      "#c2ab82",
      0.8,
      "M0 214H320M0 226H320M40 206L26 240M110 206L104 240M210 206L216 240M280 206L296 240",
      'opacity=".8"',
    ) +
    house +
    lantern(153.5, 138, `url(#${slug}-lantern)`) +
    lantern(238, 138, `url(#${slug}-lantern)`) +
    postBox +
    shrub(84, 209, ["#b4cf86", "#6f9455"]) +
    grass(244, 209, ["#9cba6a", "#5f8450"], ink.vermilion) +
    menuBoard(142, 214),
);
