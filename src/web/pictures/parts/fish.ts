import { blob, ellipse, fill, line, lit, type Parts, scattered } from "../draw.ts";

const FILLET =
  "M-53 -6C-50 -20 -24 -27 2 -26C28 -25 50 -18 57 -6C60 2 54 9 44 10C28 11 14 8 0 13C-14 20 -36 27 -48 18C-55 12 -55 2 -53 -6Z";
const BACK = "M-53 -6C-50 -20 -24 -27 2 -26C28 -25 50 -18 57 -6C46 -14 26 -18 0 -19C-24 -20 -42 -14 -53 -6Z";

/** A grilled fillet, thick at the back and thin at the belly: flesh in flakes, browned by the fire, skin along the top. */
function fillet(flesh: string, flake: string, burnt: string, skin: string): string {
  return (
    fill(FILLET, "#240d00", 'opacity=".42" transform="translate(2 6)"') +
    lit(FILLET, flesh) +
    fill(
      "M-50 8Q-40 2 -30 8T-12 8Q-16 20 -36 20Q-48 18 -50 8ZM10 -14Q26 -18 40 -10Q34 0 18 -2Q8 -6 10 -14ZM-26 -12Q-14 -18 -4 -12Q-10 -4 -22 -6ZM36 2Q46 -2 52 0Q52 8 42 8Z",
      burnt,
      'opacity=".3"',
    ) +
    line(
      "M-34 -13Q-24 0 -33 17M-17 -16Q-5 -2 -15 15M0 -17Q11 -5 3 9M17 -16Q27 -6 20 7M34 -13Q42 -5 36 7",
      flake,
      2.2,
      0.8,
    ) +
    line("M-32 -13Q-22 0 -31 17M-15 -16Q-3 -2 -13 15M2 -17Q13 -5 5 9M19 -16Q29 -6 22 7", burnt, 1, 0.4) +
    fill(BACK, skin) +
    fill(BACK, "url(#fall)") +
    line("M-30 -20h6M-8 -23h8M16 -22h8", burnt, 3, 0.6) +
    line("M-40 -14q14 -8 34 -8M2 -22.6h3", "#fff", 1.8, 0.6) +
    line("M-22 -2h.1M-6 4h.1M10 -6h.1M28 -4h.1M-40 4h.1", "#fff", 1.8, 0.75)
  );
}

/** A slice of raw fish with its grain. */
const sashimi = (flesh: string, grain: string, edge = ""): string => {
  const d = "M-24 -8Q-8 -17 16 -14Q27 -10 25 2Q20 13 -4 13Q-24 13 -27 4Q-28 -3 -24 -8Z";
  return (
    fill(d, "#240500", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, flesh) +
    line("M-18 -8q5 10 0 19M-7 -12q6 12 0 24M5 -14q6 13 0 26M16 -13q5 10 1 21", grain, 1.4, 0.6) +
    (edge &&
      line("M-26 4Q-20 12 -4 12Q18 12 25 1", edge, 5) +
        line("M-25 2Q-19 9 -4 9Q17 9 24 -1", "#eef5f8", 1.4, 0.9)) +
    line("M-16 -9q10 -5 22 -3", "#fff", 2.2, 0.7)
  );
};

/** A curled prawn: bands over the back, the tail to the lower right. */
const prawn = (flesh: string, band: string): string => {
  const d =
    "M-18 8C-24 -8 -10 -20 6 -17C20 -14 25 0 18 10C14 15 8 13 9 8C10 0 4 -3 -2 0C-8 3 -7 10 -10 13C-14 14 -17 12 -18 8Z";
  return (
    fill(d, "#240500", 'opacity=".4" transform="translate(2 4)"') +
    fill("M9 8Q8 18 14 22Q17 18 16 15Q22 18 26 15Q22 8 18 7Z", "#d23a1c") +
    lit(d, flesh) +
    line("M-17 -1q6 0 9 4M-9 -12q4 3 5 9M3 -16q1 4 -1 9M14 -13q-2 5 -6 7M21 -3q-5 1 -9 1", band, 2, 0.75) +
    line("M-13 -5q4 -8 13 -8", "#fff", 2.4, 0.75)
  );
};

const pearl = (): string =>
  ellipse(0, 0, 4.6, 4.6, "#e8531c") +
  ellipse(0, 0, 4.6, 4.6, "url(#round)") +
  ellipse(-1.4, -1.6, 1.4, 1.2, "#fff", 'opacity=".9"');

/** A lobe of spicy cod roe. */
const roe = (): string => {
  const d = "M-54 2C-54 -12 -36 -17 -8 -15C20 -15 44 -12 54 -3C58 4 50 12 30 15C0 19 -52 18 -54 2Z";
  const eggs = scattered(60, 46, 12, 5, 4);
  return (
    fill(d, "#240500", 'opacity=".45" transform="translate(2 5)"') +
    lit(d, "#dd4a3d") +
    line(eggs.map(([x, y]) => `M${x.toFixed(0)} ${y.toFixed(0)}h.1`).join(""), "#ff8f78", 2.2, 0.8) +
    line("M-40 2q20 -8 44 -2t42 -2M-20 10q24 -4 46 0", "#a31d1c", 1.4, 0.55) +
    line("M-38 -7q20 -6 44 -5M14 -12h2", "#fff", 2.6, 0.7)
  );
};

const clam = (): string => {
  const d = blob(10, 7, 3, 0.12, 8);
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(1 3)"') +
    lit(d, "#f0b768") +
    line("M-7 3Q0 8 8 2", "#6a3a1c", 2.4, 0.75) +
    line("M-5 -3q4 -3 8 -1", "#fff", 1.8, 0.75)
  );
};

export const fish: Parts = {
  salmon: fillet("#f08355", "#ffc3a0", "#7a2e0c", "#6c6a66"),
  "pink-salmon": fillet("#f6a089", "#ffd5c6", "#8a3a1c", "#8d8f90"),
  "yuzu-salmon": fillet("#d9672f", "#f5a877", "#5c1f06", "#54453a"),
  "miso-fish": fillet("#edc77c", "#fff0c8", "#8f4a0e", "#b78a48"),
  "salt-mackerel": fillet("#e6b478", "#fdeacb", "#7a340a", "#3d5c7a"),
  "teriyaki-tuna": fillet("#9c4f27", "#c98350", "#3d1604", "#6e3216"),
  tuna: sashimi("#b81f2c", "#e0606a"),
  mackerel: sashimi("#cc6f6a", "#f6c6bd", "#7fa3ba"),
  "chilli-prawn": prawn("#f27a3c", "#c93a12"),
  pearl: pearl(),
  roe: roe(),
  clam: clam(),
};
