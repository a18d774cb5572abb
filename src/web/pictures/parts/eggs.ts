import { ellipse, fill, line, type Parts, rect } from "../draw.ts";

/** A slice of rolled omelette seen on its cut: the roll's turns, and the skin from the pan. */
function rolled(egg: string, turn: string, skin: string, heart = ""): string {
  return (
    rect(-17, -13, 38, 34, 10, "#240d00", 'opacity=".4"') +
    rect(-19, -17, 38, 34, 10, skin) +
    rect(-17.5, -15.5, 35, 31, 9, egg) +
    line(
      "M-13 -3Q-13 -12 0 -12Q13 -12 13 0Q13 11 0 11Q-10 11 -10 1Q-10 -7 0 -7Q9 -7 9 0Q9 6 1 6Q-5 6 -5 1Q-4 -3 2 -2",
      turn,
      1.7,
      0.75,
    ) +
    heart +
    rect(-17.5, -15.5, 35, 31, 9, "url(#soft)") +
    line("M-12 -11.5Q-4 -14 6 -13", "#fff", 2, 0.6)
  );
}

const roe =
  ellipse(0, 0, 8.5, 7, "#e0503f") +
  ellipse(0, 0, 8.5, 7, "url(#round)") +
  line("M-4 -2h.1M0 2h.1M4 -1h.1M-1 -4h.1M-4 3h.1M3 4h.1", "#ffb09a", 1.8);

/** Half an egg with a yolk that is just set; `white` is brown in a soy egg. */
const half = (white: string, edge: string): string =>
  ellipse(2, 5, 22, 17, "#240d00", 'opacity=".4"') +
  ellipse(0, 0, 22, 17, edge) +
  ellipse(-0.5, -1, 20, 15, white) +
  ellipse(0, 0, 11.5, 9.5, "#f08a12") +
  ellipse(0, 0, 11.5, 9.5, "url(#round)") +
  line("M-5 -4q3 -3 7 -2", "#fff", 2.2, 0.8) +
  line("M-15 -5q3 -6 9 -8", "#fff", 2, 0.8);

/** Egg bound softly over a bowl: yellow, with whites still moving in it. */
const softEgg = (): string =>
  fill(
    "M52 100C56 66 100 44 160 43C222 43 266 70 268 104C266 144 222 172 160 172C98 172 54 142 52 100Z",
    "#f3b321",
  ) +
  fill(
    "M52 100C56 66 100 44 160 43C222 43 266 70 268 104C266 144 222 172 160 172C98 172 54 142 52 100Z",
    "url(#round)",
  ) +
  line(
    "M78 92q20 -26 50 -22t44 -14M96 132q30 14 54 0t50 6 40 -24M196 70q30 -4 44 20M70 112q16 16 40 12M142 108q24 -20 52 -4",
    "#ffd95a",
    15,
    0.75,
  ) +
  line(
    "M92 80q18 -12 38 -10M184 148q26 0 42 -18M214 84q14 4 18 14M112 116q18 10 34 4M150 150q14 6 24 2",
    "#fff6da",
    9,
    0.85,
  ) +
  line("M86 124q12 12 26 12M222 118q10 -4 16 -14M136 92q16 -14 34 -10", "#e88d0c", 7, 0.55) +
  line("M84 84q10 -14 30 -18M206 62q18 4 30 14M120 158q20 6 40 4", "#fff", 2.6, 0.75);

export const eggs: Parts = {
  "sweet-roll": rolled("#f9cf3f", "#d08a16", "#a9611a"),
  "dashi-roll": rolled("#fbe27a", "#e3b33a", "#e0b24a"),
  "roe-roll": rolled("#fbdc6a", "#dfae34", "#d9a53e", roe),
  "half-egg": half("#fff9ea", "#e8dcc2"),
  "soy-egg": half("#f3dcb4", "#9a5a22"),
  "soft-egg": softEgg(),
  yolk:
    ellipse(0, 0, 24, 18, "#f39a14") +
    ellipse(0, 0, 24, 18, "url(#round)") +
    line("M-13 -6q5 -6 13 -6M4 -12h1", "#fff", 3, 0.85),
};
