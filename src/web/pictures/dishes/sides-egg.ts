import { ellipse, fill, line, lit } from "../draw.ts";
import { gloss, steam } from "../parts/light.ts";
import { plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

/** A whole roll of omelette, one slice cut off and leaning at its right end. */
const roll = (): string => {
  const d = "M58 96Q60 80 80 76L196 64Q214 64 216 84L218 128Q218 146 200 148L84 162Q62 162 60 142Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(4 9)"') +
    lit(d, "#fcdf6c", "fall") +
    ellipse(112, 100, 44, 14, "url(#toast)") +
    ellipse(176, 84, 34, 11, "url(#toast)") +
    ellipse(150, 138, 50, 12, "url(#toast)") +
    line("M62 112Q130 98 214 92M64 134Q130 122 216 116", "#d9a028", 1.8, 0.6) +
    line("M78 86Q130 76 188 71M196 70h4", "#fff", 4, 0.85) +
    line("M72 152q40 -4 80 -10", "#fff3b8", 2.6, 0.7) +
    `<g transform="translate(212 108)scale(1.05 2.3)"><use href="#dashi-roll"/></g>` +
    `<g transform="translate(256 128)rotate(10)scale(1.3 2.1)"><use href="#dashi-roll"/></g>`
  );
};

export const eggSides: Record<string, string> = {
  "sweet-tamagoyaki":
    ground("sage") +
    plate("indigo") +
    lay(
      ["shiso", 160, 134, -6, 2.2],
      ["sweet-roll", 106, 124, -4, 1.75],
      ["sweet-roll", 160, 122, -2, 1.75],
      ["sweet-roll", 214, 120, 2, 1.75],
    ) +
    gloss(90, 98, 18) +
    gloss(144, 96, 18),
  "kyoto-dashi-omelette":
    ground("plum") +
    plate("celadon", 140, 94) +
    ellipse(160, 142, 96, 36, "#f2d978", 'opacity=".6"') +
    lay(
      ["dashi-roll", 94, 122, 0, 1.65, 1.85],
      ["dashi-roll", 138, 122, 0, 1.65, 1.85],
      ["dashi-roll", 182, 122, 0, 1.65, 1.85],
      ["radish", 238, 124, 0, 1.9],
      ["kinome", 236, 112, 30, 0.9],
    ) +
    line("M74 160q60 18 130 4", "#fff", 3, 0.7) +
    gloss(78, 96, 20) +
    gloss(166, 96, 20) +
    steam(140, 78, 0.9),
  "dashi-rolled-omelette":
    ground("clay") +
    plate("brick", 140, 94) +
    roll() +
    lay(["red-ginger", 66, 152, 0, 1.5], ["mitsuba", 92, 176, 100, 1]) +
    steam(150, 70, 0.9),
  "mentaiko-omelette":
    ground("butter") +
    plate("ash", 140, 94) +
    lay(
      ["shiso", 160, 134, 170, 2.2],
      ["roe-roll", 98, 122, 0, 1.75, 1.8],
      ["roe-roll", 156, 120, 0, 1.75, 1.8],
      ["roe-roll", 214, 118, 0, 1.75, 1.8],
    ) +
    gloss(80, 96, 18) +
    gloss(138, 94, 18) +
    steam(160, 74, 0.9),
};
