import { blob, ellipse, fill, flecks, line, lit, scattered } from "../draw.ts";
import { gloss } from "../parts/light.ts";
import { barrel, riceBed, sesame } from "../parts/rice.ts";
import { noriSheet } from "../parts/vegetables.ts";
import { inBox, lay, riceWithPlum, riceWithSesame } from "./lay.ts";

/** A savoury pancake under brown sauce, lines of mayonnaise and green seaweed. */
function okonomiyaki(x: number, y: number): string {
  const sauce = blob(55, 55, 4, 0.05, 15);
  return (
    `<g transform="translate(${x} ${y})">` +
    ellipse(3, 6, 63, 64, "#1d0a00", 'opacity=".45"') +
    lit(blob(62, 62, 9, 0.03, 18), "#dfa04a") +
    line(flecks(scattered(40, 60, 60, 4, 6), 4, 5), "#f7d58e", 2.4, 0.9) +
    lit(sauce, "#6a2c10", "soft") +
    line(
      "M-48 -26q10 6 16 0t16 0 16 0 16 0 16 0 16 -2M-52 -8q10 6 16 0t16 0 16 0 16 0 16 0 22 0M-50 10q10 6 16 0t16 0 16 0 16 0 16 0 18 0M-42 28q10 6 16 0t16 0 16 0 16 0 16 -2",
      "#fff4cf",
      3.6,
    ) +
    line(flecks(scattered(60, 48, 46, 8, 4), 2, 9), "#4d8a2c", 2.2) +
    `<use href="#bonito" x="-4" y="-2"/>` +
    line("M-38 -36q8 -10 20 -13", "#fff", 3, 0.55) +
    "</g>"
  );
}

/** A paper flag on a stick, as children find it in their rice. */
const flag =
  line("M92 104V46", "#7a3a14", 4.6, 0.5) +
  line("M91 102V46", "#f0d29a", 3) +
  fill("M94 48H138L129 61L138 74H94Z", "#7a1c04", 'opacity=".5" transform="translate(2 4)"') +
  fill("M92 46H138L129 60L138 74H92Z", "#fffaf0") +
  fill("M103 58a5.4 5.4 0 0 1 9 -2a5.4 5.4 0 0 1 9 2q1 5 -9 11q-10 -6 -9 -11Z", "#e4352c");

export const friedBentos: Record<string, string> = {
  "nori-bento":
    inBox("linen", "kraft", "whole") +
    riceBed(34, 35, 252, 156) +
    lay(
      ["bonito", 62, 64, 0, 0.9],
      ["bonito", 66, 168, 30, 0.9],
      ["bonito", 218, 62, 60, 0.9],
      ["bonito", 158, 168, 90, 0.8],
      ["bonito", 220, 170, 10, 0.8],
    ) +
    noriSheet("M58 50L150 46L153 172L55 176Z") +
    noriSheet("M160 48L232 50L229 172L163 174Z") +
    lay(["fish-fry", 128, 88, -16, 1.55], ["chikuwa", 124, 148, 10, 1.35], ["chikuwa", 196, 152, -22, 1.2]) +
    lay(
      ["kinpira", 254, 82, 70, 1],
      ["takuan", 256, 138, -10, 1.3],
      ["takuan", 250, 152, -4, 1.3],
      ["red-ginger", 254, 174, 0, 1.2],
    ),
  "chicken-karaage-bento":
    inBox("wood", "red", "duo") +
    riceWithPlum +
    lay(["lettuce", 204, 66, -10, 1.2], ["lettuce", 246, 130, 40, 1.2], ["lettuce", 192, 156, 90, 1.1]) +
    lay(["karaage-a", 190, 74, 0, 1.2], ["karaage-b", 248, 76, 40, 1.2], ["karaage-c", 194, 134, 160, 1.2]) +
    lay(
      ["karaage-a", 250, 138, 200, 1.2],
      ["karaage-c", 222, 102, -20, 1.25],
      ["lemon", 214, 176, -10, 1.15],
    ),
  "tuna-cutlet-bento":
    inBox("sky", "black", "duo") +
    riceWithSesame +
    lay(["shredded", 196, 64, 0, 1.15], ["shredded", 250, 66, 40, 1.1], ["tomato", 266, 54]) +
    lay(
      ["tuna-slice", 176, 118, 10, 1.2],
      ["tuna-slice", 198, 116, 10, 1.2],
      ["tuna-slice", 220, 114, 10, 1.2],
    ) +
    lay(
      ["tuna-slice", 242, 112, 10, 1.2],
      ["tuna-slice", 264, 110, 10, 1.2],
      ["tartar", 214, 166, 0, 1.3],
      ["lemon", 264, 172, -16],
    ),
  "kushikatsu-bento":
    inBox("walnut", "cedar", "duo") +
    riceBed(34, 35, 112, 92) +
    sesame(90, 80, 40, 34, 20, true) +
    ellipse(92, 166, 36, 23, "#1d0a00", 'opacity=".4"') +
    ellipse(90, 161, 36, 23, "#f3ead8") +
    ellipse(90, 162, 30, 18, "#4a1a0a") +
    ellipse(90, 162, 30, 18, "url(#soft)") +
    gloss(72, 156, 20) +
    lay(
      ["skewer", 232, 50, 2, 1.24, 1.1],
      ["skewer-quail", 232, 82, -2, 1.24],
      ["skewer", 232, 113, 1, 1.24, 1.1],
    ) +
    lay(
      ["lotus", 240, 112, 0, 1],
      ["skewer-ginger", 232, 145, -1, 1.24, 1.1],
      ["skewer", 226, 176, 2, 1.24, 1.1],
    ) +
    fill("M268 174q10 -14 18 -10q-2 8 -7 11q8 3 7 9q-10 2 -18 -6Z", "#e2572b"),
  "okonomiyaki-bento":
    inBox("clay", "black", "duo") +
    barrel(38, 40, 50, 32) +
    barrel(92, 40, 50, 32) +
    barrel(38, 78, 50, 32) +
    barrel(92, 78, 50, 32) +
    barrel(38, 116, 50, 32) +
    barrel(92, 116, 50, 32) +
    sesame(90, 90, 44, 48, 40, true) +
    lay(["red-ginger", 66, 172, 0, 1.4], ["takuan", 112, 172, 0, 1.3], ["takuan", 126, 178, 0, 1.3]) +
    okonomiyaki(222, 110),
  "zangi-bento":
    inBox("slate", "black", "duo") +
    riceWithSesame +
    lay(["takuan", 58, 176, 0, 1.2], ["takuan", 72, 178, 0, 1.2]) +
    lay(["shredded", 196, 58, 0, 1.2], ["shredded", 256, 60, 60, 1.1]) +
    lay(
      ["zangi-b", 252, 92, 70, 1.4],
      ["zangi-a", 192, 96, 0, 1.5],
      ["zangi-b", 206, 152, 140, 1.45],
      ["zangi-a", 256, 150, 220, 1.4],
      ["tomato", 266, 54, 0, 1.05],
    ),
  "chicken-nanban-bento":
    inBox("butter", "red", "duo") +
    riceWithPlum +
    lay(["lettuce", 196, 60, 0, 1.2], ["lettuce", 254, 100, 80, 1.2], ["shredded", 196, 168, 0, 1.1]) +
    lay(
      ["karaage-c", 194, 88, 0, 1.3],
      ["karaage-a", 250, 84, 40, 1.25],
      ["karaage-b", 200, 134, 160, 1.25],
      ["karaage-c", 250, 132, 200, 1.3],
    ) +
    lay(
      ["tartar", 204, 98, 12, 1.5],
      ["tartar", 238, 116, -20, 1.55],
      ["tomato", 262, 172, 0, 1.15],
      ["floret-a", 226, 178, 0, 0.8],
    ),
  "chilli-prawn-bento":
    inBox("indigo", "white", "duo") +
    riceWithSesame +
    lay(["lettuce", 184, 54, 0, 1.1], ["lettuce", 262, 160, 60, 1.1]) +
    lit(blob(60, 70, 5, 0.06, 14, 222, 112), "#a82c08", "soft") +
    lay(
      ["chilli-prawn", 194, 78, 0, 1.45],
      ["chilli-prawn", 246, 76, 70, 1.45],
      ["chilli-prawn", 186, 128, -40, 1.4],
      ["chilli-prawn", 256, 128, 120, 1.4],
    ) +
    lay(
      ["chilli-prawn", 222, 104, 20, 1.5],
      ["chilli-prawn", 216, 158, 10, 1.4],
      ["onion", 210, 92],
      ["onion", 238, 120],
      ["onion", 200, 144],
      ["onion", 232, 150],
      ["onion", 250, 100],
      ["onion", 222, 74],
    ) +
    gloss(176, 104, 12) +
    gloss(240, 154, 16),
  "kids-bento":
    inBox("sky", "yellow", "quad") +
    riceBed(34, 35, 112, 156, "rice-ketchup") +
    lay(["peas", 60, 70], ["peas", 118, 130], ["peas", 66, 160], ["peas", 116, 84]) +
    flag +
    lay(
      ["lettuce", 196, 78, 0, 1.2],
      ["patty", 196, 76, 0, 0.72],
      ["star", 258, 58, -10, 1.15],
      ["star", 268, 96, 20, 0.9],
      ["floret-a", 244, 98, 0, 0.75],
    ) +
    lay(
      ["sausage", 176, 158, -8, 1.1],
      ["sausage", 202, 168, 10, 1],
      ["sweet-roll", 246, 152, 0, 0.95],
      ["tomato", 270, 176, 0, 0.95],
      ["floret-b", 243, 182, 0, 0.6],
    ),
};
