import { blob, ellipse, fill, line, lit, ring, scattered } from "../draw.ts";
import { cast, gloss, steam } from "../parts/light.ts";
import { riceHeap } from "../parts/rice.ts";
import { strewn } from "../parts/strewn.ts";
import { bowl, plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

/** Noodles fried until they crackle: a golden tangle. */
const crispNoodles =
  fill(blob(106, 66, 4, 0.05, 18, 160, 124), "#8a4e14") +
  strewn("tangle-b", 160, 124, "#8f5212", 5.4, 0, 1.06) +
  strewn("tangle-b", 160, 123, "#e2a23c", 4, 0, 1.06) +
  strewn("tangle-a", 160, 124, "#9c5c18", 5, 0, 1.06) +
  strewn("tangle-a", 160, 123, "#f2c564", 3.6, 0, 1.06) +
  strewn("tangle-b", 160, 122, "#fff0bc", 1.4, 180, 1.02);

/** Cheese that bubbled and browned in the oven. */
const bakedCheese =
  lit(blob(116, 72, 4, 0.03, 18, 160, 114), "#f6bc45", "soft") +
  scattered(17, 94, 56, 5, 20)
    .map(([x, y], i) => ellipse(160 + x, 114 + y, 17 + (i % 4) * 5, 12 + (i % 4) * 3, "url(#toast)"))
    .join("") +
  strewn("crumbs-b", 160, 114, "#ffe08c", 5, 0, 1) +
  strewn("crumbs-b", 159, 113, "#fff6d8", 1.6, 0, 1);

export const plates: Record<string, string> = {
  "kanda-katsu-curry":
    ground("sage") +
    plate("white", 148, 100) +
    riceHeap(104, 118, 70, 62) +
    lit(
      "M120 60C160 44 250 56 268 108C274 160 216 190 160 186C128 182 118 164 122 146C126 126 108 116 110 96C112 80 108 66 120 60Z",
      "#9a5412",
      "soft",
    ) +
    fill(
      "M206 150q8 -10 18 -4q4 8 -4 12q-12 2 -14 -8ZM236 92q8 -8 16 -2q2 8 -6 10q-10 0 -10 -8Z",
      "#e2862a",
    ) +
    lay(
      ["cutlet-slice", 104, 104, 12, 1.35],
      ["cutlet-slice", 128, 106, 12, 1.35],
      ["cutlet-slice", 152, 108, 12, 1.35],
      ["cutlet-slice", 176, 110, 12, 1.35],
      ["cutlet-slice", 200, 112, 12, 1.35],
    ) +
    line("M150 166q30 12 68 -4M226 78q18 10 24 26", "#ffd79a", 3.4, 0.75) +
    lay(["red-ginger", 70, 152, 0, 1.3]) +
    steam(176, 62, 0.9),
  "crispy-ankake-noodles":
    ground("plum") +
    plate("indigo", 146, 100) +
    crispNoodles +
    fill(blob(80, 50, 7, 0.1, 14, 160, 120), "#a8641c", 'opacity=".8"') +
    fill(blob(80, 50, 7, 0.1, 14, 160, 120), "url(#soft)") +
    lay(
      ["cabbage", 112, 104, 0, 1.25],
      ["cabbage", 200, 138, 80, 1.25],
      ["cabbage", 188, 92, 30, 1.2],
      ["sprouts", 130, 126, 10, 1],
      ["sprouts", 186, 118, 60, 1],
      ["pork-a", 150, 98, -14, 1.15],
      ["pork-b", 136, 148, 10, 1.1],
      ["pork-a", 208, 112, 30, 1.1],
    ) +
    lay(
      ["wood-ear", 122, 84, 0, 1.3],
      ["wood-ear", 176, 142, 40, 1.3],
      ["wood-ear", 102, 132, 90, 1.2],
      ["wood-ear", 218, 92, 10, 1.2],
      ["carrot", 162, 122, 0, 0.95],
      ["peas", 188, 104],
    ) +
    gloss(126, 112, 18) +
    gloss(172, 88, 16) +
    gloss(150, 160, 20) +
    gloss(202, 128, 16) +
    steam(160, 66, 0.95),
  "chicken-soup-curry":
    ground("butter") +
    `<g transform="translate(-22 2)scale(.9 .95)">${bowl("iron")}${ellipse(160, 106, 113, 70, "#a84a0c")}${ellipse(160, 106, 113, 70, "url(#soft)")}${ring(160, 106, 108, 66, "#ff9a3c", 2, 'opacity=".6"')}` +
    lay(
      ["floret-a", 84, 92, 0, 1.3],
      ["eggplant", 84, 122, -30, 1.05],
      ["carrot", 236, 104, 0, 1.4],
      ["strip", 96, 76, -30, 1.5],
      ["lotus", 214, 136, 0, 1.3],
      ["potato", 176, 148, 0, 1.3],
      ["leg", 150, 96, -8, 1.3],
      ["half-egg", 128, 142, -10, 1.1],
    ) +
    scattered(14, 100, 60, 4, 16)
      .map(([x, y]) => ellipse(160 + x, 106 + y, 2.6, 1.8, "#ffb45c", 'opacity=".8"'))
      .join("") +
    gloss(122, 84, 20) +
    "</g>" +
    cast(268, 204, 58, 26) +
    ellipse(262, 192, 54, 36, "#f6efe2") +
    ellipse(262, 192, 54, 36, "url(#fall)") +
    riceHeap(262, 188, 40, 25) +
    lay(["lemon", 282, 200, -20, 0.7]) +
    steam(124, 60, 0.95),
  "mojiko-baked-curry":
    ground("indigo") +
    cast(168, 204, 150, 26) +
    fill("M18 116C18 178 60 214 160 214S302 178 302 116Z", "#8a3f22") +
    fill("M18 116C18 178 60 214 160 214S302 178 302 116Z", "url(#barrel)") +
    fill("M10 110Q2 128 22 134L40 120ZM310 110Q318 128 298 134L280 120Z", "#8a3f22") +
    ellipse(160, 112, 142, 90, "#b5603a") +
    ellipse(160, 112, 142, 90, "url(#fall)") +
    ellipse(160, 113, 128, 79, "#4a1f0c") +
    bakedCheese +
    ellipse(160, 108, 46, 33, "#fff6e0") +
    ellipse(160, 108, 46, 33, "url(#soft)") +
    lay(["yolk", 160, 104, 0, 1.05]) +
    strewn("crumbs-b", 160, 114, "#3f7f2c", 2.6, 180, 0.95) +
    steam(160, 58, 1),
};
