import { blob, ellipse, fill, line, lit, ring } from "../draw.ts";
import { gloss, steam } from "../parts/light.ts";
import { strewn } from "../parts/strewn.ts";
import { onions } from "../parts/vegetables.ts";
import { plate } from "../parts/vessels.ts";
import { ground, lay } from "./lay.ts";

/** A little dish of something to dip in. */
const dip = (x: number, y: number, sauce: string): string =>
  ellipse(x + 3, y + 6, 36, 24, "#1d0a00", 'opacity=".35"') +
  ellipse(x, y, 36, 24, "#f4ecdc") +
  ellipse(x, y, 36, 24, "url(#fall)") +
  ellipse(x, y + 1, 29, 18, sauce) +
  ellipse(x, y + 1, 29, 18, "url(#soft)");

/** A bamboo steamer seen from above. */
const steamer =
  ellipse(168, 134, 136, 98, "#1d0d00", 'opacity=".3"') +
  ellipse(160, 130, 136, 98, "#8f5f2c") +
  ellipse(160, 120, 136, 96, "#d9a964") +
  ellipse(160, 120, 136, 96, "url(#fall)") +
  ring(160, 120, 130, 90, "#9c6a30", 2) +
  ring(160, 120, 122, 83, "#f3d29a", 3) +
  ellipse(160, 122, 117, 78, "#b98342") +
  line("M62 80H258M50 98H270M44 116H276M44 134H276M52 152H268M66 170H254", "#8a5a26", 3, 0.6) +
  line("M62 78H258M50 96H270M44 114H276M44 132H276M52 150H268M66 168H254", "#efcb8e", 2, 0.5) +
  ellipse(160, 122, 117, 78, "url(#well)");

/** A thin squid pancake, brushed with sauce and folded over: three layers show at its open edge. */
const squidPancake = (): string => {
  const under = "M44 96L262 70Q282 70 284 86L290 140Q290 156 274 158L66 178Q48 178 46 162Z";
  const over = "M40 88L256 60Q276 60 278 76L284 124Q284 140 268 142L60 164Q42 164 40 148Z";
  const squid = (x: number, y: number) =>
    ring(x + 1, y + 3, 9, 6, "#8a4c14", 6, 'opacity=".45"') +
    ring(x, y, 9, 6, "#fff4e0", 5.4) +
    line(`M${x - 7} ${y - 5}q6 -4 12 -1`, "#fff", 1.6);
  return (
    fill(under, "#240d00", 'opacity=".4" transform="translate(4 8)"') +
    lit(under, "#e0a94e", "fall") +
    line("M48 158Q52 168 66 170L272 150Q284 148 284 136", "#8a4c14", 2.4, 0.7) +
    fill(over, "#6b3508", 'opacity=".45" transform="translate(2 5)"') +
    lit(over, "#f6d88c", "fall") +
    squid(82, 104) +
    squid(126, 148) +
    squid(104, 128) +
    squid(226, 88) +
    squid(254, 120) +
    squid(176, 140) +
    squid(160, 84) +
    ellipse(96, 140, 34, 18, "url(#toast)") +
    ellipse(240, 84, 36, 20, "url(#toast)") +
    ellipse(214, 132, 30, 16, "url(#toast)") +
    ellipse(70, 96, 26, 16, "url(#toast)") +
    fill(
      "M64 122C84 100 116 108 138 96C164 84 196 90 222 90C250 90 266 104 246 114C222 124 196 116 172 126C146 138 116 132 92 138C70 142 54 134 64 122Z",
      "#5c1f06",
      'opacity=".86"',
    ) +
    line("M78 120q26 -12 58 -14M166 100q24 -5 48 -2M224 97h4", "#ffe0b8", 3.2, 0.8) +
    strewn("crumbs-b", 158, 112, "#4d8a2c", 3, 0, 0.86, 0.3) +
    line("M52 90L130 79", "#fff", 3, 0.6)
  );
};

/** A round iron pan of dumplings, joined by a crisp lace. */
const gyozaPan =
  ellipse(168, 140, 128, 92, "#1d0d00", 'opacity=".35"') +
  line("M262 126L318 112", "#1d1c1d", 22) +
  line("M264 122L316 109", "#5a5754", 3, 0.8) +
  ellipse(150, 128, 128, 92, "#1a191a") +
  ellipse(150, 121, 128, 90, "#3a3839") +
  ellipse(150, 121, 128, 90, "url(#fall)") +
  ellipse(150, 123, 116, 79, "#141314") +
  lit(blob(104, 68, 6, 0.06, 18, 150, 122), "#c9822c", "soft") +
  strewn("shreds-a", 150, 122, "#f6cf84", 2, 0, 1, 1.08) +
  strewn("crumbs-a", 150, 122, "#7a3c08", 2, 0, 0.98, 1.05);

export const warmSides: Record<string, string> = {
  "karaage-3":
    ground("wood") +
    plate("white") +
    lay(
      ["lettuce", 108, 100, 0, 1.6],
      ["lettuce", 206, 112, 60, 1.5],
      ["karaage-b", 118, 116, 0, 1.85],
      ["karaage-a", 204, 110, 60, 1.85],
      ["karaage-c", 158, 142, 160, 1.95],
      ["lemon", 232, 150, -20, 1.5],
    ) +
    steam(160, 76, 0.9),
  "zangi-3":
    ground("slate") +
    `<g transform="translate(-14 -2)">${plate("ash")}</g>` +
    lay(["zangi-b", 96, 108, 70, 1.85], ["zangi-a", 166, 92, 0, 2], ["zangi-a", 138, 144, 200, 2]) +
    dip(246, 176, "#6a3410") +
    onions(246, 176, 20, 11, 11, 5) +
    steam(136, 66, 0.9),
  "steamed-shumai-4":
    ground("linen") +
    steamer +
    lay(
      ["lettuce", 160, 126, 0, 2.3],
      ["shumai", 112, 98, 0, 1.9],
      ["shumai", 188, 94, 50, 1.9],
      ["shumai", 132, 148, 20, 1.9],
      ["shumai", 208, 144, 90, 1.9],
      ["mustard", 250, 118, 0, 1.3],
    ) +
    steam(150, 78, 1.05),
  "iron-pan-gyoza-8":
    ground("wood") +
    gyozaPan +
    lay(
      ["gyoza", 104, 86, -8, 1.35],
      ["gyoza", 152, 78, 0, 1.35],
      ["gyoza", 200, 88, 8, 1.35],
      ["gyoza", 90, 122, -6, 1.35],
      ["gyoza", 150, 118, 0, 1.4],
      ["gyoza", 210, 124, 8, 1.35],
      ["gyoza", 120, 156, -4, 1.35],
      ["gyoza", 182, 158, 6, 1.35],
    ) +
    lay(["wasabi", 240, 108, 0, 1.1]) +
    steam(150, 72, 0.95),
  "potato-mochi-2":
    ground("sky") +
    plate("sand", 140, 96) +
    lit(blob(104, 60, 7, 0.06, 14, 160, 134), "#8a4208", "soft") +
    lay(["potato-cake", 112, 106, 0, 1.05], ["potato-cake", 206, 122, 12, 1.05]) +
    ellipse(114, 104, 24, 11, "#ffdf70", 'opacity=".75"') +
    lay(["butter", 112, 96, -12, 1.05]) +
    line("M78 172q34 14 78 10", "#ffd79a", 3, 0.7) +
    steam(160, 72, 0.9),
  "squid-pancake": ground("butter") + plate("white", 150, 98) + squidPancake() + steam(160, 68, 0.9),
  "red-ginger-tempura":
    ground("sage") +
    plate("sand", 138, 94) +
    fill("M78 92L222 70L250 158L100 176Z", "#fffaf0") +
    fill("M78 92L222 70L250 158L100 176Z", "url(#fall)", 'opacity=".5"') +
    lay(
      ["ginger-tempura", 124, 106, -10, 1.4],
      ["ginger-tempura", 196, 104, 30, 1.4],
      ["ginger-tempura", 160, 136, 80, 1.45],
      ["lemon", 236, 150, -20, 1.1],
    ),
  "chikuzen-chicken":
    ground("indigo") +
    plate("brick", 138, 96) +
    ellipse(160, 130, 92, 54, "#5c2a0a", 'opacity=".6"') +
    lay(
      ["chicken-cube", 104, 98, 0, 1.7],
      ["lotus", 154, 86, 0, 1.45],
      ["taro", 208, 96, 0, 1.5],
      ["konnyaku", 92, 134, 20, 1.5],
      ["carrot", 130, 118, 10, 1.5],
      ["chicken-cube", 178, 120, 60, 1.8],
      ["lotus", 222, 134, 20, 1.35],
      ["shiitake", 116, 156, 0, 1.3],
      ["taro", 158, 156, 60, 1.5],
      ["chicken-cube", 202, 160, 20, 1.5],
    ) +
    lay(["burdock", 150, 112, 20, 1.2], ["burdock", 226, 112, -50, 1.2], ["burdock", 132, 142, -20, 1.25]) +
    lay(["peas", 170, 98, 0, 1.2], ["peas", 182, 146, 60, 1.2], ["peas", 104, 118, 30, 1.1]) +
    gloss(112, 108, 16) +
    gloss(190, 108, 14),
};
