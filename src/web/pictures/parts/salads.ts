import { blob, ellipse, fill, flecks, line, lit, type Parts, scattered } from "../draw.ts";

/** A thin slice of cucumber. */
const cucumber =
  ellipse(1, 3, 17, 13, "#0d1d00", 'opacity=".3"') +
  ellipse(0, 0, 17, 13, "#3f7f2c") +
  ellipse(0, -0.5, 14.6, 11, "#d3eaa0") +
  ellipse(0, -0.5, 9, 6.4, "#b9dc84") +
  line("M-5 -1h.1M0 -4h.1M5 -1h.1M0 3h.1", "#f4fbd8", 2.2);

const BACON = "M-16 -6Q0 -10 16 -5L15 7Q0 4 -15 8Z";
const bacon =
  fill(BACON, "#240500", 'opacity=".4" transform="translate(1 3)"') +
  lit(BACON, "#c8503c") +
  line("M-13 -1Q0 -4 14 0", "#ffd9c0", 3.4) +
  line("M-12 -5q6 -2 12 -2", "#fff", 1.6, 0.6);

/** Water eggplant torn by hand: pale wet flesh, violet skin along one side. */
const torn = (seed: number): string => {
  const d = blob(30, 18, seed, 0.13, 10);
  return (
    fill(d, "#140518", 'opacity=".35" transform="translate(2 5)"') +
    lit(d, "#4f2a86") +
    fill(blob(27, 14.5, seed, 0.13, 10, 0, -3), "#f4f0d2") +
    fill(blob(27, 14.5, seed, 0.13, 10, 0, -3), "url(#soft)") +
    line("M-18 -6Q0 -11 18 -6M-16 0Q0 -4 16 0M-10 -11h14", "#c9c38c", 1.4, 0.7) +
    line("M-16 -11q10 -4 20 -3", "#fff", 2.4, 0.9) +
    line("M-12 14q12 3 24 -1", "#b59ae0", 2, 0.8)
  );
};

const WEDGE = "M-24 -6Q0 -14 24 -6Q17 15 0 16Q-17 15 -24 -6Z";
const wedge =
  fill(WEDGE, "#240500", 'opacity=".35" transform="translate(1 4)"') +
  lit(WEDGE, "#dc3322", "soft") +
  fill("M-17 -4Q-8 -8 -3 -6Q-4 5 -8 9Q-15 4 -17 -4ZM4 -6Q10 -8 17 -4Q14 5 8 9Q4 4 4 -6Z", "#f5764e") +
  line("M-11 -1h.1M-8 4h.1M9 -1h.1M8 4h.1", "#ffe9a8", 2.4) +
  line("M-15 -8q8 -2 15 -2", "#fff", 1.8, 0.7);

/** A lump of mashed potato; it has no colour of its own. */
const lump = (): string => {
  const d = blob(27, 20, 12, 0.12, 11);
  return (
    fill(d, "#5a3a10", 'opacity=".28" transform="translate(2 5)"') +
    `<path d="${d}"/>` +
    fill(d, "url(#soft)", 'opacity=".75"') +
    fill("M-14 4q8 -5 16 0q8 4 14 0q-6 10 -17 9q-9 -1 -13 -9Z", "#8a5a1c", 'opacity=".12"') +
    line("M-17 -7q7 -8 18 -8M6 -15h3", "#fff", 3, 0.85)
  );
};

/** A blanched leaf, folded on its rib. */
const blanched = (): string => {
  const d = "M-28 4C-24 -12 -8 -20 8 -17C22 -14 32 -4 30 6C24 16 10 18 -4 17C-16 16 -26 12 -28 4Z";
  return (
    fill(d, "#0d1d00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#3c7a2b", "soft") +
    fill("M-24 5Q0 -8 28 3Q20 14 4 15Q-14 14 -24 5Z", "#22531a", 'opacity=".6"') +
    line("M-30 6Q-4 -4 26 2M-12 0Q-8 -10 0 -14M4 -3Q8 -10 14 -12M-4 0Q0 8 6 12", "#b4d98a", 1.6, 0.75) +
    line("M-16 -10q8 -5 16 -5", "#fff", 2, 0.5)
  );
};

/** A fold of fresh soy milk skin: cream that holds together. */
const yuba = (): string => {
  const d =
    "M-62 4C-60 -16 -40 -14 -26 -20C-8 -26 10 -14 28 -20C46 -24 62 -10 60 6C58 20 38 16 22 22C4 28 -14 18 -32 22C-50 24 -62 16 -62 4Z";
  return (
    fill(d, "#6b4a10", 'opacity=".35" transform="translate(1 6)"') +
    lit(d, "#fdf1cc", "soft") +
    line(
      "M-56 2Q-38 -10 -20 -6T16 -8T56 0M-50 12Q-30 2 -12 8T24 8T54 8M-40 -9Q-24 -16 -8 -14",
      "#d8b566",
      2,
      0.65,
    ) +
    line("M-52 -3Q-36 -13 -20 -10T14 -12T50 -6", "#fff", 3.4, 0.9) +
    line("M-34 16q16 -5 30 0", "#fff", 2.6, 0.7)
  );
};

/** A cake of potato, browned in butter, its glaze still wet. */
const potatoCake = (): string => {
  const d = blob(54, 38, 3, 0.04, 16);
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(4 13)"') +
    fill(d, "#b5741f", 'transform="translate(0 10)"') +
    fill(d, "#e0a23c", 'transform="translate(0 5)"') +
    lit(d, "#f6cf6c", "soft") +
    ellipse(-6, -2, 40, 26, "url(#toast)") +
    ellipse(22, 8, 24, 16, "url(#toast)") +
    ellipse(-30, 6, 18, 14, "url(#toast)") +
    line(flecks(scattered(16, 42, 28, 5, 9), 4, 6), "#7a3a08", 2, 0.4) +
    line("M-38 -10q12 -20 40 -20M12 -30h5", "#fff", 4, 0.85) +
    line("M10 24q22 -3 30 -18", "#fff3c8", 3, 0.7)
  );
};

const flake = (colour: string): string => {
  const d = blob(15, 8.5, 4, 0.2, 8);
  return (
    fill(d, "#240500", 'opacity=".35" transform="translate(1 3)"') +
    lit(d, colour, "soft") +
    line("M-10 -1Q0 -6 10 -1M-8 4Q0 0 8 3", "#ffdcc8", 1.8, 0.9)
  );
};

/** A burdock stick cut at a slant. */
const BURDOCK = "M-19 -6Q0 -9 17 -6V6Q0 8 -19 6Q-22 0 -19 -6Z";
const burdock =
  fill(BURDOCK, "#240d00", 'opacity=".4" transform="translate(1 4)"') +
  lit(BURDOCK, "#7a4a20", "fall") +
  ellipse(16, 0, 4.4, 6.4, "#e0bb86") +
  line("M-14 -4h18", "#fff", 2, 0.5);

export const salads: Parts = {
  cucumber,
  bacon,
  "torn-a": torn(3),
  "torn-b": torn(8),
  wedge,
  lump: lump(),
  blanched: blanched(),
  yuba: yuba(),
  "potato-cake": potatoCake(),
  "flake-a": flake("#f08a5c"),
  "flake-b": flake("#f7a680"),
  burdock,
};
