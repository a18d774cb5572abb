import { ellipse, fill, flecks, line, lit, scattered, use } from "../draw.ts";
import { bottle, pot, teaCup, tumbler } from "../parts/drinks.ts";
import { gloss, steam } from "../parts/light.ts";
import { ground, lay } from "./lay.ts";

const jasmine = (x: number, y: number, size: number): string =>
  `<g transform="translate(${x} ${y})scale(${size})">${[0, 72, 144, 216, 288].map((turn) => `<path d="M0 0C-8 -6 -7 -18 0 -22C7 -18 8 -6 0 0Z" fill="#fffdf4" transform="rotate(${turn})"/><path d="M0 -4V-14" stroke="#d9cfa0" stroke-width="1.2" transform="rotate(${turn})"/>`).join("")}${ellipse(0, 0, 4, 4, "#f3d35c")}</g>`;

const leafSprig = (x: number, y: number, turn: number, colour: string): string =>
  `<g transform="translate(${x} ${y})rotate(${turn})">${lit("M0 0C6 -16 30 -20 44 -8C34 8 12 10 0 0Z", colour, "soft")}${line("M0 0Q22 -8 40 -8", "#fff", 1.4, 0.5)}</g>`;

/** Roasted leaves and stems scattered on the table. */
const roasted = (x: number, y: number, seed: number, colour: string, length: number): string => {
  const d = flecks(
    scattered(16, 40, 13, seed, 7).map(([a, b]) => [a + x, b + y]),
    length,
    seed,
  );
  return line(d, "#2a0d00", 5, 0.3) + line(d, colour, 3.6);
};

const gingerSlice = (x: number, y: number): string =>
  `<g transform="translate(${x} ${y})">${fill("M-24 4Q-26 -12 -10 -14Q2 -22 14 -14Q28 -12 24 4Q14 16 0 13Q-16 16 -24 4Z", "#a8793a")}${fill("M-21 3Q-22 -9 -9 -11Q2 -18 12 -11Q24 -9 21 3Q12 12 0 10Q-14 13 -21 3Z", "#f6dc8e")}${line("M-14 -2Q0 -10 14 -3M-10 4Q0 -1 11 4", "#cfa850", 1.4)}</g>`;

export const drinkPictures: Record<string, string> = {
  "cold-sencha":
    ground("sky") +
    bottle("#b5c23c", "#7a9422", "#2f7d4a", "#f2f4ee") +
    leafSprig(196, 214, -14, "#5c9a3a") +
    leafSprig(100, 220, 200, "#6fae44"),
  "roasted-hojicha":
    ground("linen") +
    roasted(74, 206, 4, "#7a4418", 12) +
    roasted(252, 214, 7, "#8f5624", 12) +
    teaCup("#f0e3cc", "#7a3c1c", "#c06a22", "#8a4410") +
    steam(160, 82, 1.15),
  "iced-jasmine-tea":
    ground("sage") +
    tumbler(
      "#ecd27a",
      "#cfa83c",
      use("ice", 142, 92, -10, 1.25) + use("ice", 178, 98, 20, 1.25) + use("ice", 158, 128, 40, 1.1),
    ) +
    jasmine(150, 64, 0.9) +
    jasmine(236, 206, 1.1) +
    jasmine(256, 182, 0.8) +
    leafSprig(206, 216, -30, "#4f8b3c") +
    jasmine(84, 214, 0.95),
  "chilled-uji-matcha":
    ground("clay") +
    matchaBowl() +
    lay(["ice", 134, 92, -10, 1.1], ["ice", 184, 86, 30, 1.15], ["ice", 168, 112, 10, 1]) +
    gloss(98, 84, 22),
  "kyo-bancha":
    ground("slate") +
    leafSprig(40, 214, -8, "#6b3f1c") +
    leafSprig(64, 204, 24, "#7d4a22") +
    leafSprig(92, 226, 190, "#5a3216") +
    leafSprig(232, 212, -20, "#7d4a22") +
    leafSprig(262, 222, -4, "#6b3f1c") +
    teaCup("#4a4442", "#2a2625", "#9a4e18", "#5c2a0a") +
    steam(160, 82, 1.15),
  "chilled-hiyashi-ame":
    ground("indigo") +
    tumbler("#e8a02c", "#b5660c", use("ice", 142, 96, -14, 1.3) + use("ice", 182, 92, 24, 1.25)) +
    gingerSlice(244, 204) +
    gingerSlice(80, 212),
  "chilled-yame-tea": ground("butter") + pot(),
};

/** A tea bowl of whisked matcha, its foam fine and even. */
function matchaBowl(): string {
  const body = "M60 92C60 150 96 204 128 210H196C226 204 262 150 262 92Z";
  const bubbles = scattered(70, 82, 42, 5, 8).map(([x, y], i) =>
    ellipse(161 + x, 98 + y, 1.6 + (i % 3), 1.2 + (i % 3) * 0.7, "#dcec9a", 'opacity=".8"'),
  );
  return (
    ellipse(170, 212, 100, 18, "url(#cast)") +
    ellipse(162, 212, 40, 9, "#2b2624") +
    fill(body, "#38312e") +
    fill("M62 112C80 150 120 140 150 156S220 150 260 112Q262 100 262 92H60Z", "#6a5a4c", 'opacity=".9"') +
    fill(body, "url(#barrel)") +
    ellipse(161, 92, 101, 58, "#5a4c42") +
    ellipse(161, 92, 101, 58, "url(#fall)") +
    ellipse(161, 94, 94, 52, "#2b2421") +
    ellipse(161, 98, 89, 47, "#8fb53a") +
    ellipse(161, 98, 89, 47, "url(#soft)") +
    bubbles.join("") +
    line("M96 96q26 -26 70 -26M110 122q40 16 90 0", "#eef6b8", 4, 0.5)
  );
}
