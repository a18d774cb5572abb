import { ellipse, fill, line, type Parts, rect, ring, use } from "../draw.ts";
import { cast } from "./light.ts";

export type Well = [x: number, y: number, width: number, height: number];
type BoxLook = { body: string; lip: string; edge: string; inside: string };

/** Lacquer, paper, cedar: the front wall, the lip seen from above, the light along it, and the inside. */
const BOXES = {
  black: { body: "#15100e", lip: "#2b2320", edge: "#7a5d4a", inside: "#6e1712" },
  red: { body: "#6b100c", lip: "#a5231a", edge: "#f08a6a", inside: "#1e1513" },
  kraft: { body: "#9a6c3c", lip: "#c7965c", edge: "#f0cf9d", inside: "#f4ead6" },
  cedar: { body: "#a9703a", lip: "#dba868", edge: "#ffe3b4", inside: "#c58d4d" },
  white: { body: "#b8ac9b", lip: "#f6f0e4", edge: "#fff", inside: "#e3d8c6" },
  yellow: { body: "#c98712", lip: "#ffcb3d", edge: "#fff0b5", inside: "#fff3d2" },
} satisfies Record<string, BoxLook>;
export type Box = keyof typeof BOXES;

/** How a box is divided; every well is filled to a few units below its edge. */
export const WELLS = {
  whole: [[31, 32, 258, 162]],
  duo: [
    [31, 32, 118, 162],
    [156, 32, 133, 162],
  ],
  trio: [
    [31, 32, 118, 162],
    [156, 32, 133, 98],
    [156, 137, 133, 57],
  ],
  quad: [
    [31, 32, 118, 162],
    [156, 32, 133, 92],
    [156, 131, 63, 63],
    [226, 131, 63, 63],
  ],
  cross: [
    [31, 32, 125, 78],
    [163, 32, 126, 78],
    [31, 117, 125, 77],
    [163, 117, 126, 77],
  ],
  wide: [
    [31, 32, 184, 162],
    [222, 32, 67, 78],
    [222, 117, 67, 77],
  ],
  long: [
    [31, 32, 258, 86],
    [31, 125, 150, 69],
    [188, 125, 101, 69],
  ],
  eight: [0, 1, 2, 3, 4, 5, 6, 7].map(
    (i): Well => [31 + (i % 4) * 65.3, 32 + Math.floor(i / 4) * 83, 62, 79],
  ),
} satisfies Record<string, Well[]>;

export type Layout = keyof typeof WELLS;

/** A box seen from above with a little of its front wall. */
export const box = (look: Box, layout: Layout): string => use(`box-${look}-${layout}`);

function drawBox(look: Box, layout: Layout): string {
  const { body, lip, edge, inside } = BOXES[look];
  const wells = WELLS[layout] as Well[];
  return (
    rect(24, 38, 284, 188, 26, "#1d0d00", 'opacity=".16"') +
    rect(22, 34, 280, 184, 22, "#1d0d00", 'opacity=".3"') +
    rect(20, 26, 280, 184, 18, body) +
    rect(20, 21, 280, 182, 18, lip) +
    rect(20, 21, 280, 182, 18, "url(#fall)") +
    rect(22, 23, 276, 178, 16, "none", `stroke="${edge}" stroke-width="1.6" opacity=".75"`) +
    wells
      .map(
        ([x, y, w, h]) =>
          rect(x, y, w, h, 11, inside) +
          rect(x, y, w, h, 11, "url(#well)") +
          rect(x, y, w, h, 11, "none", `stroke="${edge}" stroke-width="1" opacity=".4"`),
      )
      .join("")
  );
}

type BowlLook = { side: string; inside: string; band: string; pattern: "waves" | "lines" | "dots" | "none" };
const BOWLS = {
  blue: { side: "#f4efe4", inside: "#efe8da", band: "#2f5590", pattern: "waves" },
  red: { side: "#a3231b", inside: "#2a1512", band: "#e8b04a", pattern: "lines" },
  black: { side: "#241b19", inside: "#8e1d16", band: "#c99a4c", pattern: "dots" },
  ash: { side: "#8c7a66", inside: "#cdbfa8", band: "#54412f", pattern: "lines" },
  green: { side: "#6f8f6a", inside: "#dfe6d2", band: "#36573b", pattern: "dots" },
  navy: { side: "#26406b", inside: "#e7e4da", band: "#f1e4c4", pattern: "waves" },
  white: { side: "#f6f1e7", inside: "#f0e9dc", band: "#b8443a", pattern: "lines" },
  iron: { side: "#2b2a2b", inside: "#1d1c1d", band: "#5a5754", pattern: "none" },
} satisfies Record<string, BowlLook>;
export type Bowl = keyof typeof BOWLS;

const SIDE = "M34 104C36 160 84 220 126 222H194C236 220 284 160 286 104Z";

/** A wide bowl a little from the side. The food lies in an ellipse of 112 by 70 around 160,106. */
export const bowl = (look: Bowl): string => use(`bowl-${look}`);

function drawBowl(look: Bowl): string {
  const { side, inside, band } = BOWLS[look];
  const pattern = BOWLS[look].pattern;
  return (
    cast(168, 208, 132, 30) +
    ellipse(160, 218, 48, 12, side) +
    fill(SIDE, side) +
    (pattern === "none" ? "" : `<use href="#band-${pattern}" stroke="${band}"/>`) +
    fill(SIDE, "url(#barrel)") +
    ellipse(160, 104, 126, 82, side) +
    ellipse(160, 104, 126, 82, "url(#fall)") +
    ring(160, 104, 123, 79.5, band, 3.4) +
    ellipse(160, 105, 117, 74, inside) +
    ellipse(160, 105, 117, 74, "url(#well)")
  );
}

/** A soup bowl: taller and narrower. The broth is an ellipse of 92 by 54 around 160,98. */
export const soupBowl = (look: Bowl, broth: string): string =>
  use(`soup-${look}`) + ellipse(160, 100, 92, 54, broth) + ellipse(160, 100, 92, 54, "url(#soft)");

function drawSoupBowl(look: Bowl): string {
  const { side, inside, band } = BOWLS[look];
  const body = "M56 96C58 158 102 208 128 212L124 226H196L192 212C218 208 262 158 264 96Z";
  return (
    cast(166, 218, 100, 20) +
    fill(body, side) +
    line("M66 134q94 92 188 0", band, 3, 0.9) +
    line("M130 213q30 6 60 0", "#000", 2, 0.3) +
    fill(body, "url(#barrel)") +
    ellipse(160, 96, 104, 66, side) +
    ellipse(160, 96, 104, 66, "url(#fall)") +
    ring(160, 96, 102, 64, band, 2.4) +
    ellipse(160, 97, 97, 59.5, inside) +
    ellipse(160, 97, 97, 59.5, "url(#well)")
  );
}

const PLATES = {
  white: ["#fbf7ee", "#ece4d5", "#3d6390"],
  celadon: ["#bcd2bf", "#d5e3d2", "#7d9f87"],
  ash: ["#75675a", "#8a7b6c", "#4d4138"],
  indigo: ["#27406c", "#f1ece0", "#dfe6ee"],
  brick: ["#a85b3a", "#c4744e", "#703318"],
  sand: ["#e8d3ad", "#f4e6c8", "#b18d57"],
} as const;
export type Plate = keyof typeof PLATES;

/** A plate; the food lies around 160,120 in an ellipse of 92 by 60. */
export const plate = (look: Plate, rx = 132, ry = 92): string =>
  use(`plate-${look}`, 160 - (160 * rx) / 132, 121 - (121 * ry) / 92, 0, rx / 132, ry / 92);

function drawPlate(look: Plate): string {
  const [rx, ry] = [132, 92];
  const [rim, well, mark] = PLATES[look];
  return (
    ellipse(168, 138, rx, ry, "#1d0d00", 'opacity=".18"') +
    ellipse(164, 131, rx, ry, "#1d0d00", 'opacity=".28"') +
    ellipse(160, 124, rx, ry, mark) +
    ellipse(160, 121, rx, ry, rim) +
    ellipse(160, 121, rx, ry, "url(#fall)") +
    ring(160, 121, rx - 6, ry - 5, mark, 2, 'opacity=".8"') +
    ellipse(160, 122, rx * 0.78, ry * 0.76, well) +
    ellipse(160, 122, rx * 0.78, ry * 0.76, "url(#well)", 'opacity=".35"')
  );
}

export const vessels: Parts = {
  "band-waves": `<path id="band-waves" fill="none" stroke-width="2.2" d="${[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    .map((i) => {
      const x = 58 + i * 22;
      const y = 178 + Math.sin((i / 9) * Math.PI) * 26;
      return `M${x - 9} ${y.toFixed(0)}a9 9 0 0 1 18 0m-13 0a4 4 0 0 1 8 0`;
    })
    .join("")}"/>`,
  "band-lines": `<path id="band-lines" fill="none" stroke-width="2.6" d="M46 146q114 96 228 0M56 162q104 84 208 0"/>`,
  "band-dots": `<path id="band-dots" fill="none" stroke-width="4.4" d="${[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    .map((i) => `M${62 + i * 19.6} ${(170 + Math.sin((i / 10) * Math.PI) * 32).toFixed(0)}h.1`)
    .join("")}"/>`,
};
for (const look of Object.keys(BOXES) as Box[])
  for (const layout of Object.keys(WELLS) as Layout[])
    vessels[`box-${look}-${layout}`] = drawBox(look, layout);
for (const look of Object.keys(BOWLS) as Bowl[]) {
  vessels[`bowl-${look}`] = drawBowl(look);
  vessels[`soup-${look}`] = drawSoupBowl(look);
}
for (const look of Object.keys(PLATES) as Plate[]) vessels[`plate-${look}`] = drawPlate(look);
