import { blob, fill, flecks, line, lit, type Parts, scattered } from "../draw.ts";

const RUFFLE =
  "M-31 5C-30 -11 -19 -15 -12 -7C-8 -18 6 -19 10 -8C16 -17 29 -13 31 1C31 12 20 16 12 12C4 18 -9 18 -15 12C-23 17 -32 13 -31 5Z";
const HEM = "M-31 5C-30 -11 -19 -15 -12 -7C-8 -18 6 -19 10 -8C16 -17 29 -13 31 1";

/** A thin slice drawn together in folds, glossy with sauce, with its rim of fat: pork, beef, lamb. */
function slice(meat: string, fat: string, dark: string, flipped = false): string {
  const drawing =
    fill(RUFFLE, "#240d00", 'opacity=".45" transform="translate(2 4)"') +
    lit(RUFFLE, meat) +
    line(
      "M-12 -6Q-14 4 -9 11M10 -7Q8 3 12 10M-24 0Q-22 6 -24 11M22 -3Q23 5 20 10M-2 -9Q-3 0 0 5",
      dark,
      2.2,
      0.55,
    ) +
    line("M-19 -5Q-19 3 -16 8M3 -10Q3 -2 6 4", fat, 2, 0.5) +
    line(HEM, fat, 3, 0.85) +
    line("M-7 -9q3 -4 8 -4M15 -8q3 -3 7 -1M-25 -6q2 -3 5 -3", "#fff", 2, 0.75) +
    line("M-14 6q5 4 11 3", "#fff", 1.8, 0.4);
  return flipped ? `<g transform="scale(-1 1)">${drawing}</g>` : drawing;
}

/** A slice off the grill: fat at the edge, dark bars from the grate. */
function grilled(seed: number, meat: string, bar: string): string {
  const d = blob(31, 17, seed, 0.1, 12);
  return (
    fill(d, "#240d00", 'opacity=".45" transform="translate(2 5)"') +
    lit(d, meat) +
    line("M-27 6Q-8 17 14 14Q26 11 29 2", "#e8bd84", 3.6, 0.8) +
    line("M-19 -8L-12 10M-8 -13L0 13M5 -14L12 12M17 -12L23 6", bar, 3.4, 0.6) +
    line("M-21 -5q8 -8 18 -8M3 -13h2", "#fff", 2.4, 0.75) +
    line("M2 4q8 3 14 0", "#fff", 2, 0.45)
  );
}

/** A cube of stewed meat with its layers of fat. */
function cube(seed: number, meat: string, fat: string): string {
  const d = blob(16, 13, seed, 0.1, 6);
  return (
    fill(d, "#1d0a00", 'opacity=".45" transform="translate(1 4)"') +
    lit(d, meat) +
    line("M-12 -2Q0 -6 13 -1M-11 5Q1 2 12 5", fat, 2.6, 0.7) +
    line("M-7 -6q4 -3 8 -2", "#fff", 2, 0.7)
  );
}

/** A patty under sauce that runs over its edge. */
function patty(): string {
  const meat = blob(50, 38, 3, 0.05, 16);
  const sauce =
    "M-44 -8C-42 -30 -14 -38 10 -34C36 -30 48 -12 45 6C43 14 46 22 40 26C34 28 33 20 26 22C20 24 20 34 13 34C6 34 8 24 0 24C-8 24 -8 31 -15 30C-22 28 -18 20 -26 17C-34 16 -36 20 -41 14C-46 8 -44 0 -44 -8Z";
  return (
    fill(meat, "#1d0a00", 'opacity=".5" transform="translate(2 6)"') +
    lit(meat, "#7a421f") +
    line(flecks(scattered(40, 46, 34, 6, 5), 4, 5), "#4b2209", 2, 0.6) +
    line(flecks(scattered(30, 46, 34, 8, 5), 3, 7), "#a9683a", 1.8, 0.7) +
    fill(sauce, "#2a0a02", 'opacity=".5" transform="translate(0 3)"') +
    lit(sauce, "#5c1f10", "fall") +
    line("M-32 -10q6 -16 28 -18", "#ffcfa8", 5, 0.4) +
    line("M-30 -12q6 -13 24 -15M2 -29h4", "#fff", 3, 0.8) +
    line("M18 12q10 -2 16 -12", "#ff9f70", 3, 0.4)
  );
}

/** Small intestine, curled and plump, shining with its own fat. */
const motsu = (): string => {
  const d =
    "M-18 4C-20 -4 -14 -8 -10 -5C-9 -12 -2 -13 1 -8C4 -14 11 -13 12 -6C18 -7 21 1 17 6C16 12 9 12 6 8C4 13 -4 13 -6 8C-10 12 -17 11 -18 4Z";
  return (
    fill(d, "#240d00", 'opacity=".45" transform="translate(1 4)"') +
    lit(d, "#dca35c") +
    line("M-10 -4Q-12 2 -8 7M1 -7Q-1 0 4 7M11 -5Q8 0 8 7", "#8a4d16", 1.6, 0.55) +
    line("M-7 -7q2 -3 5 -2M4 -8q2 -3 5 -1M-15 -1q0 -3 3 -3", "#fff", 2, 0.8)
  );
};

/** A slice of pork belly off the grill, with its stripes of fat. */
const belly = (): string => {
  const d = blob(34, 13, 6, 0.1, 12);
  return (
    fill(d, "#240d00", 'opacity=".42" transform="translate(2 4)"') +
    lit(d, "#cf9162") +
    line("M-30 -3Q-10 -9 10 -5T31 -3M-28 5Q-8 0 10 4T29 4", "#fbe9cc", 4, 0.85) +
    line("M-20 -9q4 3 2 7M4 -10q4 4 1 8M22 -7q3 4 0 8M-8 4q4 2 3 6M14 5q3 2 2 5", "#6b2f0c", 2.2, 0.5) +
    line("M-24 -6q8 -4 16 -4", "#fff", 2, 0.7)
  );
};

const sausage = (): string =>
  line("M-8 8Q-12 16 -17 16M-3 9Q-4 18 -8 20M4 9Q5 18 9 20M9 7Q13 15 18 15", "#b52e16", 5.4) +
  fill("M-13 6C-14 -10 -8 -18 0 -18C8 -18 14 -10 13 6Q0 14 -13 6Z", "#d8452a") +
  fill("M-13 6C-14 -10 -8 -18 0 -18C8 -18 14 -10 13 6Q0 14 -13 6Z", "url(#round)") +
  line("M-5 -4h.1M5 -4h.1", "#24100a", 3.4) +
  line("M-3 2q3 3 6 0", "#24100a", 1.6) +
  line("M-7 -10q2 -4 5 -5", "#fff", 2, 0.7);

/** A pork dumpling in a gathered skin, seen from above. */
const shumai = (): string => {
  const skin = blob(18, 16, 7, 0.07, 14);
  return (
    fill(skin, "#240d00", 'opacity=".4" transform="translate(1 5)"') +
    lit(skin, "#f2dca0") +
    line(
      "M-16 -3l5 2M-12 -10l4 4M-3 -14l1 5M8 -13l-3 5M15 -5l-5 2M16 5l-6 -1M9 13l-3 -5M-1 15l0 -5M-10 12l3 -4M-16 5l5 -1",
      "#b98a3e",
      1.4,
      0.8,
    ) +
    lit(blob(11, 9.5, 9, 0.1, 10), "#e0a783") +
    line(flecks(scattered(12, 9, 7, 3, 3), 2, 4), "#b9714f", 1.6, 0.7) +
    fill("M-3 -2a3.4 3.2 0 1 1 6.4 1a3.4 3.2 0 0 1 -6.4 -1Z", "#6fae3d") +
    line("M-1.4 -2.6h.8", "#e3f5b8", 1.4)
  );
};

/** A dumpling with pleats along its back, browned below. */
const gyoza = (): string => {
  const d = "M-26 8C-26 -8 -12 -17 2 -16C16 -15 27 -6 26 8C20 15 -18 16 -26 8Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#f0d59a") +
    fill(
      "M-26 6C-22 15 18 16 26 6C25 -2 20 -1 16 1C0 4 -14 3 -22 -1Q-26 1 -26 6Z",
      "#c46f1e",
      'opacity=".75"',
    ) +
    line("M-17 -9q5 4 5 9M-8 -14q5 5 5 12M3 -15q4 5 3 12M13 -12q2 5 0 10", "#a9752c", 1.6, 0.65) +
    line("M-14 -10q7 -5 15 -4", "#fff", 2.2, 0.7) +
    line(
      flecks(
        scattered(14, 20, 4, 3, 3).map(([x, y]) => [x, y + 7]),
        2.4,
        4,
      ),
      "#7a3208",
      1.6,
      0.6,
    )
  );
};

const leg = (): string => {
  const d =
    "M-46 10C-48 -14 -26 -28 0 -24C18 -22 30 -14 42 -12C48 -11 48 -3 42 -2C30 2 24 18 4 26C-20 32 -44 28 -46 10Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(2 6)"') +
    line("M36 -7L58 -12", "#f6ead0", 7) +
    line("M58 -15h.1M60 -9h.1", "#fff8e6", 8) +
    lit(d, "#bf6a22") +
    fill("M-36 -4Q-20 -22 4 -19Q-10 -8 -22 6ZM-10 16Q8 14 18 2Q14 20 -10 16Z", "#7d3508", 'opacity=".5"') +
    line("M-30 -10q12 -10 28 -9M2 -18h2", "#fff", 3, 0.7) +
    line(flecks(scattered(22, 34, 18, 6, 6), 3, 3), "#4b1d02", 1.6, 0.5)
  );
};

export const meat: Parts = {
  "pork-a": slice("#bd7140", "#f3d0a6", "#6e3210"),
  "pork-b": slice("#b0632f", "#ecc294", "#642b0c", true),
  "beef-a": slice("#8a4829", "#dba97e", "#43190a"),
  "beef-b": slice("#7a4226", "#cf9b70", "#3a1508", true),
  "lamb-a": slice("#84442f", "#ecc8a8", "#3d170c"),
  "kalbi-a": grilled(4, "#8a3f1c", "#2a0f04"),
  "kalbi-b": grilled(9, "#7d3718", "#240c03"),
  "butadon-a": grilled(14, "#a85322", "#4b1c05"),
  "butadon-b": grilled(19, "#9a4a1c", "#431803"),
  "beef-cube": cube(4, "#7a3c20", "#c08a62"),
  "belly-cube": cube(7, "#8a4015", "#e9b077"),
  "tendon-cube": cube(6, "#b06c30", "#f3d39c"),
  "chicken-cube": cube(9, "#d08d48", "#fbe3ba"),
  motsu: motsu(),
  belly: belly(),
  patty: patty(),
  sausage: sausage(),
  shumai: shumai(),
  gyoza: gyoza(),
  leg: leg(),
};
