/** Yokohama Kannai: noon on the quay, brick warehouses across the water, the bay bridge, gulls. */
import { at, circle, ellipse, fade, ink, line, picture, rect, shape, times } from "../ink.ts";
import { mark } from "../mark.ts";
import { bricks, shopLight } from "./light.ts";
import { cloud, tiledRoof } from "./outdoors.ts";
import { shopFront, signBoard } from "./shop.ts";
import { grass, lantern, menuBoard, shrub } from "./things.ts";

const slug = "yokohama";

const definitions =
  fade(`${slug}-sky`, [0, "#5fb0dc"], [0.35, "#a5d8ec"], [0.6, "#e6f5f0"]) +
  fade(`${slug}-sea`, [0, "#7cc4d6"], [0.4, "#3f97b8"], [1, "#2a6d97"]) +
  shopLight(slug, "#fff1cc", "#f2c67f");

const cables = (tower: number): string =>
  times(
    7,
    (index) =>
      `M${tower} ${50 + index * 4}L${tower - 12 - index * 9} 96M${tower} ${50 + index * 4}L${tower + 12 + index * 9} 96`,
  );

const bridge =
  line("#f4fbfb", 0.8, cables(212) + cables(314), 'opacity=".75"') +
  rect(120, 95, 200, 3.4, "#f4f8f6") +
  rect(120, 98.4, 200, 2, "#9fc3cf") +
  times(2, (index) => {
    const x = 212 + index * 102;
    return (
      shape(
        "#ffffff",
        `M${x - 5} 46H${x - 2}L${x - 3.4} 140H${x - 8}ZM${x + 5} 46H${x + 2}L${x + 3.4} 140H${x + 8}Z`,
      ) + line("#e3eef0", 2, `M${x - 5} 52H${x + 5}M${x - 6} 74H${x + 6}M${x - 7} 106H${x + 7}`)
    );
  });

const gable = (x: number): string =>
  shape(
    "#b4553a",
    `M${x} 118V108H${x + 5}V101H${x + 11}L${x + 18} 93L${x + 25} 101H${x + 31}V108H${x + 36}V118Z`,
  ) +
  line(
    "#f0dcc0",
    1.4,
    `M${x - 1} 108H${x + 5}V101H${x + 11}L${x + 18} 93L${x + 25} 101H${x + 31}V108H${x + 37}`,
  ) +
  circle(x + 18, 106, 3.4, "#f0dcc0") +
  circle(x + 18, 106, 2.2, "#4e4a52");

const archedWindow = (x: number, y: number): string =>
  shape("#f0dcc0", `M${x - 1} ${y + 12}V${y + 3.4}a4 4 0 0 1 8 0V${y + 12}Z`) +
  shape("#43505c", `M${x} ${y + 11}V${y + 3.6}a3 3 0 0 1 6 0V${y + 11}Z`);

const warehouse =
  shape("#6b5a5e", "M184 118L190 104H320V118Z") +
  bricks([184, 118, 140, 40], ["#b4553a", "#8b3d2a", "#c3694b", "#a34a32"]) +
  gable(192) +
  gable(240) +
  gable(288) +
  rect(182, 117, 140, 2, "#f0dcc0") +
  rect(184, 137, 140, 1.6, "#f0dcc0") +
  times(11, (index) => archedWindow(188 + index * 12.4, 122) + archedWindow(188 + index * 12.4, 143)) +
  rect(180, 156, 144, 4, "#c7b597") +
  rect(180, 160, 144, 2, "#8a7c69");

const ship =
  shape("#fff", "M196 176V168H226L230 176Z") +
  rect(201, 162, 18, 7, "#fff") +
  line("#3f7f9d", 1.6, "M203.4 165.4H216.6", 'stroke-dasharray="2.4 1.4"') +
  rect(207, 154, 6, 8, ink.vermilion) +
  rect(207, 154, 6, 2.2, ink.charcoal) +
  shape(ink.vermilion, "M190 175H238Q236 184 230 184H198Q192 183 190 175Z") +
  line("#fff", 1, "M191 177.4H237") +
  line("#e8f6f6", 1.6, "M182 185H240M236 188H256", 'opacity=".8" stroke-linecap="round"');

const sea =
  rect(0, 130, 320, 70, `url(#${slug}-sea)`) +
  shape("#8fb9bd", "M120 131Q150 122 184 127T260 122T320 126V132H120Z", 'opacity=".8"');

const waves = line(
  "#e9fbfa",
  1.3,
  "M246 170h12M276 176h16M300 168h10M250 184h8M264 190h20M296 188h14M182 192h14M214 192h22",
  'opacity=".6" stroke-linecap="round"',
);

const flying = (wing: string): string =>
  shape(wing, "M0 0Q-9 -13 -26 -13Q-15 -7 -7 2ZM0 0Q8 -15 25 -17Q15 -9 7 2Z") +
  shape("#5c6670", "M-26 -13Q-20 -13 -17 -11.6L-19 -10ZM25 -17Q20 -16.4 17 -14.6L19 -13Z") +
  shape("#fff", "M-12 3Q-4 -3 6 0Q11 0 13 3Q8 6 0 6Q-6 6 -14 7Z") +
  shape("#e9a13b", "M12.4 1.8L17 3.6L12.4 4Z") +
  circle(10, 2, 0.8, ink.charcoal);

const perched =
  shape("#fff", "M-9 -3Q-8 -12 2 -14Q3 -20 8 -19Q13 -18 11 -12Q10 -3 0 -1Q-5 0 -9 -3Z") +
  shape("#a9b6bf", "M-14 -2Q-8 -12 3 -10Q2 -3 -6 -2Z") +
  shape("#e9a13b", "M11.4 -16.6L16 -14.8L11 -14Z") +
  circle(8.6, -16.4, 0.9, ink.charcoal) +
  line("#e9a13b", 1.2, "M0 -1V3M3 -1.4V3");

const bollard = (x: number, y: number): string =>
  ellipse(x, y, 9, 2, ink.charcoal, 'opacity=".25"') +
  shape("#39434e", `M${x - 5} ${y}L${x - 4} ${y - 10}H${x + 4}L${x + 5} ${y}Z`) +
  rect(x - 7, y - 13, 14, 5, "#4b5763", 'rx="2.5"');

const lamp =
  ellipse(262, 206, 8, 1.8, ink.charcoal, 'opacity=".25"') +
  line("#2f4450", 2.6, "M262 206V112") +
  rect(258.6, 198, 6.8, 8, "#2f4450", 'rx="1"') +
  line("#2f4450", 1.8, "M254 122Q262 130 270 122") +
  shape("#fff3cf", "M257 98H267L265.4 112H258.6Z") +
  line("#2f4450", 1.2, "M257 98L258.6 112H265.4L267 98M262 98V112") +
  shape("#2f4450", "M255 98Q262 88 269 98Z");

const quay =
  rect(0, 199, 320, 41, "#dfd3bd") +
  rect(170, 196, 150, 5, "#efe5d1") +
  rect(170, 201, 150, 3, "#a89a83") +
  line(
    "#bfb199",
    0.8,
    "M0 214H320M0 227H320M40 204L26 240M110 204L104 240M190 206L198 240M250 206L266 240M300 206L320 234",
    'opacity=".8"',
  );

const house =
  rect(20, 100, 158, 100, "#f4ecdb") +
  at(24, 88, shopFront({ slug, wall: "#f4ecdb", joint: "#b9ad95", frame: "#31507a" })) +
  rect(20, 106, 5, 94, "#31507a") +
  rect(173, 106, 5, 94, "#31507a") +
  rect(132, 42, 13, 26, "#b4553a") +
  rect(130, 40, 17, 4, "#8b3d2a") +
  tiledRoof([99, 58], [128, 172, 44], ["#4a6285", "#34486a", "#5f7aa0"]) +
  rect(14, 102, 170, 5, "#fffaf0") +
  rect(14, 107, 170, 3, "#1d3355", 'opacity=".25"') +
  shape("#34486a", "M52 84L66 68L80 84Z") +
  rect(56, 82, 20, 14, "#fffaf0") +
  rect(59, 84, 14, 12, "#6fa6c4") +
  line("#fffaf0", 1.2, "M66 84V96M59 90H73") +
  shape("#34486a", "M118 84L132 68L146 84Z") +
  rect(122, 82, 20, 14, "#fffaf0") +
  rect(125, 84, 14, 12, "#6fa6c4") +
  line("#fffaf0", 1.2, "M132 84V96M125 90H139");

export const yokohama = picture(
  definitions,
  rect(0, 0, 320, 240, `url(#${slug}-sky)`) +
    cloud(226, 44, 66, "#fff", 0.85) +
    cloud(4, 62, 44, "#fff", 0.8) +
    cloud(170, 78, 34, "#fff", 0.7) +
    cloud(140, 22, 90, "#fff", 0.5) +
    sea +
    bridge +
    warehouse +
    waves +
    ship +
    quay +
    lamp +
    house +
    signBoard(99, 106, 90, "#223a5e", ink.cream) +
    lantern(27, 124, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    lantern(172, 124, `url(#${slug}-lantern)`, mark(0, 0, 8, ink.vermilion)) +
    shrub(22, 204, ["#8fae5a", "#5c7f4a"]) +
    grass(180, 205, ["#8fae5a", "#4d7350"], ink.vermilion) +
    menuBoard(80, 210) +
    bollard(292, 212) +
    bollard(222, 210) +
    at(292, 198, perched) +
    at(232, 66, flying("#f4f8fa"), 1.15) +
    at(290, 62, flying("#f4f8fa"), 0.55) +
    at(92, 42, flying("#f4f8fa"), 0.5),
);
