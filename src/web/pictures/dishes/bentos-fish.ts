import { fill, flecks, line, lit, scattered } from "../draw.ts";
import { barrel, riceBed, sesame, umeboshi } from "../parts/rice.ts";
import { noriSheet } from "../parts/vegetables.ts";
import { inBox, lay, riceWithPlum, riceWithSesame } from "./lay.ts";

/** Atka mackerel opened flat and grilled: two halves, the backbone between them, the tail to the right. */
function openedFish(): string {
  const body =
    "M40 76C44 50 90 38 150 42C200 44 232 58 250 70L282 48Q276 74 286 102L250 84C232 98 198 110 150 112C90 114 46 102 40 76Z";
  return (
    fill(body, "#1d0a00", 'opacity=".45" transform="translate(2 6)"') +
    lit(body, "#eab463") +
    fill(
      "M44 72C54 50 100 42 150 45C196 47 226 58 246 70C220 62 190 54 150 54C104 52 66 58 44 72Z",
      "#70451f",
    ) +
    fill(
      "M44 82C54 102 100 110 150 109C196 107 226 98 246 86C220 94 190 100 150 100C104 102 66 96 44 82Z",
      "#70451f",
    ) +
    fill(
      "M60 66q20 -10 40 -6q-6 10 -34 12ZM120 94q22 -6 44 -4q-14 10 -40 8ZM176 62q20 0 34 8q-16 6 -34 0ZM84 90q10 -4 20 0q-8 8 -20 0Z",
      "#8a4410",
      'opacity=".45"',
    ) +
    line("M52 77H252", "#8a5526", 2.4, 0.6) +
    line(
      "M76 60l10 14M104 57l10 17M132 56l10 18M160 57l8 17M188 60l6 14M76 94l10 -14M104 98l10 -17M132 99l10 -18M160 98l8 -17M188 95l6 -14M216 66l4 9M216 90l4 -9",
      "#fff0d0",
      2.4,
      0.75,
    ) +
    line("M258 72l20 -14M258 82l20 12M262 77h14", "#7a5a38", 1.8, 0.6) +
    line("M70 56q30 -10 70 -8M168 50h6", "#fff", 2.4, 0.55)
  );
}

/** Green beans and the pink shoot of pickled ginger that goes with grilled fish. */
const shoot = (x: number, y: number, turn: number): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${line("M-34 2H24", "#240d00", 6, 0.3)}${line("M-34 0H0", "#f6e7d8", 5)}${line("M-8 0H30", "#e2506e", 4.6)}${line("M-30 -1.4H16", "#fff", 1.4, 0.7)}</g>`;

export const fishBentos: Record<string, string> = {
  "salmon-makunouchi":
    inBox("indigo", "black", "quad") +
    riceWithPlum +
    lay(["shiso", 214, 86, -10, 1.5], ["salmon", 214, 78, -8, 1.04], ["sweet-roll", 266, 104, 8, 0.95]) +
    lay(
      ["kinpira", 187, 162, 0, 1.05],
      ["taro", 246, 148, 0, 1.05],
      ["taro", 270, 158, 90, 1.05],
      ["taro", 250, 178, 40, 1.05],
      ["carrot", 274, 180, 0, 0.85],
    ),
  "saikyo-mackerel-bento":
    inBox("plum", "red", "duo") +
    riceWithSesame +
    lay(["shiso", 222, 90, -30, 1.8], ["miso-fish", 222, 74, -14, 1.18], ["miso-fish", 222, 112, -14, 1.14]) +
    shoot(220, 144, -14) +
    lay(
      ["dashi-roll", 184, 172, 0, 0.95],
      ["taro", 222, 174],
      ["carrot", 254, 172, 0, 1],
      ["peas", 276, 178],
    ),
  "autumn-chestnut-bento":
    inBox("clay", "red", "duo") +
    riceBed(34, 35, 112, 156, "rice-brown") +
    lay(
      ["chestnut", 66, 66, 0, 1.05],
      ["chestnut", 116, 90, 30, 1.1],
      ["chestnut", 62, 140, -20, 1.1],
      ["chestnut", 112, 164, 10, 1],
      ["chestnut", 90, 112, 60, 0.95],
    ) +
    lay(
      ["shimeji", 112, 58, 0, 0.95],
      ["shimeji", 58, 102, -20, 0.95],
      ["shimeji", 116, 130, 20, 0.95],
      ["shimeji", 82, 172, 0, 0.85],
    ) +
    lay(
      ["yuzu-salmon", 222, 76, -10, 1.14],
      ["lemon", 256, 106, -14, 0.9],
      ["kinpira", 186, 152, 0, 1],
      ["taro", 230, 158, 0, 1.1],
      ["carrot", 262, 150, 12, 1.25],
      ["peas", 258, 180],
      ["lotus", 224, 182, 0, 0.8],
    ),
  "spring-bamboo-bento":
    inBox("sage", "cedar", "duo") +
    riceBed(34, 35, 112, 156, "rice-brown") +
    lay(
      ["bamboo", 64, 68, -10, 1.2],
      ["bamboo", 112, 84, 24, 1.2],
      ["bamboo", 72, 122, 8, 1.2],
      ["bamboo", 116, 142, -30, 1.15],
      ["bamboo", 66, 168, 30, 1.1],
    ) +
    lay(["kinome", 92, 94, 20, 1.1], ["kinome", 98, 166, -30, 1.1], ["kinome", 96, 58, 70, 0.9]) +
    lay(["pink-salmon", 222, 76, -10, 1.16], ["sakura", 268, 110, 0, 0.95], ["sakura", 180, 118, 20, 0.8]) +
    lay(
      ["dashi-roll", 186, 158, 0, 1.1],
      ["peas", 232, 152, 0, 1.4],
      ["peas", 252, 168, 60, 1.4],
      ["peas", 226, 178, 120, 1.3],
      ["sakura", 272, 164, 30, 1],
    ),
  "kayaku-mackerel-bento":
    inBox("linen", "black", "duo") +
    riceBed(34, 35, 112, 156, "rice-clam") +
    line(
      flecks(
        scattered(26, 48, 70, 4, 9).map(([x, y]) => [x + 86, y + 112]),
        11,
        6,
      ),
      "#6b3d18",
      3.2,
    ) +
    line(
      flecks(
        scattered(20, 48, 70, 7, 11).map(([x, y]) => [x + 88, y + 112]),
        8,
        8,
      ),
      "#f0802c",
      3.4,
    ) +
    lay(
      ["konnyaku", 62, 70, 0, 0.75],
      ["konnyaku", 116, 102, 40, 0.75],
      ["konnyaku", 66, 150, 80, 0.75],
      ["aburaage", 112, 64, 20, 0.6],
      ["aburaage", 70, 110, 100, 0.6],
      ["aburaage", 112, 160, 0, 0.6],
    ) +
    lay(
      ["salt-mackerel", 220, 70, -8, 1.18],
      ["salt-mackerel", 224, 116, -8, 1.14],
      ["radish", 180, 164, 0, 1.4],
      ["lemon", 222, 170, 0, 1.05],
      ["greens", 264, 172, 0, 0.8],
    ),
  "atka-mackerel-bento":
    inBox("walnut", "black", "long") +
    openedFish() +
    riceBed(34, 128, 144, 63) +
    sesame(106, 160, 56, 22, 26, true) +
    umeboshi(106, 160) +
    lay(
      ["radish", 208, 150, 0, 1.3],
      ["lemon", 252, 148, 0, 1],
      ["dashi-roll", 212, 180, 0, 0.7],
      ["kinpira", 258, 176, 0, 0.8],
    ),
  "mentaiko-nori-bento":
    inBox("slate", "red", "whole") +
    riceBed(34, 35, 252, 156) +
    lay(
      ["greens", 70, 66, 0, 1.3],
      ["greens", 66, 112, 40, 1.3],
      ["greens", 72, 158, 10, 1.3],
      ["greens", 252, 66, 0, 1.3],
      ["greens", 256, 112, 60, 1.3],
      ["greens", 250, 160, 20, 1.3],
    ) +
    noriSheet("M100 44L224 42L222 186L98 184Z") +
    lay(["roe", 160, 112, -62, 1.35]) +
    sesame(160, 112, 56, 64, 20),
  "yokohama-shumai-bento":
    inBox("butter", "kraft", "quad") +
    [0, 1, 2, 3]
      .map((row) => barrel(38, 40 + row * 38, 50, 32) + barrel(92, 40 + row * 38, 50, 32))
      .join("") +
    sesame(90, 110, 46, 66, 60, true) +
    lay(
      ["shumai", 178, 60, 0, 1.1],
      ["shumai", 222, 58, 40, 1.1],
      ["shumai", 266, 60, 80, 1.1],
      ["shumai", 200, 96, 20, 1.1],
      ["shumai", 244, 97, 60, 1.1],
    ) +
    lay(
      ["bamboo", 176, 152, 0, 0.85],
      ["bamboo", 200, 156, 60, 0.85],
      ["bamboo", 184, 178, 100, 0.85],
      ["teriyaki-tuna", 258, 160, -30, 0.58, 0.72],
      ["red-ginger", 272, 184, 0, 0.8],
    ),
};
