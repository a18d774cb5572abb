import { blob, ellipse, fill, flecks, line, lit, mirrored, type Parts, rect, scattered } from "../draw.ts";

/** A paper-thin slice folded over itself, marbled, glossy with sauce: pork, beef, lamb. */
function slice(seed: number, meat: string, fat: string, dark: string, bright: string): string {
  const sheet = blob(37, 20, seed, 0.13, 15);
  const flap = blob(25, 12, seed + 3, 0.15, 13, -6, -6);
  return (
    fill(sheet, "#240d00", 'opacity=".45" transform="translate(2 4)"') +
    lit(sheet, meat, "fall") +
    line("M-30 6Q-16 14 0 10T30 4M-12 17Q4 12 18 15M12 -6Q22 -10 30 -6", fat, 2.4, 0.75) +
    line("M-26 11Q-10 17 4 14M14 0Q22 -4 32 -1M16 10q8 0 12 -3", fat, 1.2, 0.6) +
    line(sheet, fat, 1.6, 0.55) +
    fill(flap, dark, 'opacity=".6" transform="translate(3 4)"') +
    lit(flap, bright, "fall") +
    line("M-26 -4Q-16 -12 -4 -9T16 -7M-22 1Q-8 -5 12 -1", fat, 2, 0.7) +
    line(flap, fat, 1.4, 0.7) +
    line("M-20 -11q8 -5 17 -4M2 -15h2M20 6q6 -1 9 -5", "#fff", 2, 0.75)
  );
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

/** A chunk of meat: its top and two sides, with fibres along the front. */
function chunk(top: string, front: string, side: string, mark: string): string {
  const outline = "M-14 -5L2 -12L15 -5L15 6L3 14L-13 7Z";
  const face = (d: string, colour: string) => fill(d, colour, `stroke="${colour}" stroke-width="6"`);
  return (
    fill(outline, "#1d0a00", 'stroke="#1d0a00" stroke-width="5" opacity=".45" transform="translate(1 4)"') +
    face("M-13 -4L3 3L3 13L-12 7Z", front) +
    face("M14 -4L4 3L4 13L14 6Z", side) +
    face("M-13 -5L2 -11L14 -5L3 2Z", top) +
    line("M-10 2q4 3 10 4M-9 7q3 2 7 3", mark, 1.2, 0.3) +
    ellipse(3, -4, 9, 4, "url(#toast)") +
    fill(outline, "url(#soft)", 'opacity=".8"') +
    line("M-10 -6q5 -3 10 -5M9 -7h.1", "#fff", 2.2, 0.8)
  );
}

/** A block of braised pork belly on its side: skin, fat, meat, fat, meat. */
const bellyBlock = (): string => {
  const bands: [y: number, height: number, colour: string][] = [
    [-14, 7, "#6b2606"],
    [-8, 6, "#eab878"],
    [-2, 8, "#8f4316"],
    [5, 4, "#e0a766"],
    [9, 6, "#7d3610"],
  ];
  return (
    rect(-15, -9, 34, 29, 6, "#1d0a00", 'opacity=".45"') +
    rect(-17, -14, 34, 29, 6, "#7d3610") +
    bands.map(([y, height, colour]) => rect(-17, y, 34, height, 3, colour)).join("") +
    rect(-17, -14, 34, 29, 6, "url(#round)") +
    line("M-11 -11q8 -2 16 -1M-12 1q3 -2 7 -2", "#fff", 2.2, 0.75)
  );
};

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

/** Small intestine, a plump bent tube shining with its own fat. */
const motsu = (): string => {
  const d = "M-13 7C-17 -6 -4 -13 5 -8C13 -3 8 8 -1 4";
  return (
    `<g transform="translate(1 4)">${line(d, "#240d00", 14, 0.4)}</g>` +
    line(d, "#a8662a", 14) +
    line(d, "#d99a55", 11) +
    `<g transform="translate(-1 -1.6)">${line(d, "#f3cf94", 5, 0.8)}</g>` +
    line("M-17 2l4 1M-14 -6l4 3M-5 -12l2 4M6 -12l-1 4M13 -5l-4 1M10 5l-3 -3", "#8a4d16", 1.6, 0.5) +
    line("M-13 -4q2 -5 7 -7M4 -10q4 0 6 4", "#fff", 2.2, 0.85)
  );
};

/** A slice of pork belly off the grill: stripes of fat, crisp brown edges. */
const belly = (): string => {
  const d = "M-42 -4Q-30 -15 -16 -10T10 -12T42 -8Q46 2 41 10Q26 16 12 11T-16 13T-41 10Q-46 2 -42 -4Z";
  return (
    fill(d, "#240d00", 'opacity=".42" transform="translate(2 5)"') +
    lit(d, "#b8683a") +
    line("M-40 -1Q-28 -10 -15 -5T11 -7T41 -4", "#fbe4bd", 4.4, 0.95) +
    line("M-41 7Q-28 1 -14 7T12 5T41 5", "#fbe4bd", 3.2, 0.85) +
    line("M-42 -4Q-30 -15 -16 -10T10 -12T42 -8M-41 10Q-26 9 -16 13T12 11T41 10", "#7a3508", 2.2, 0.6) +
    line("M-28 -8l5 14M-4 -9l4 15M20 -11l4 16", "#5c2404", 3, 0.4) +
    line("M-34 -8q7 -4 15 -2M14 -10h4", "#fff", 2.2, 0.7)
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
  "pork-a": slice(3, "#bf7a48", "#f6dcb4", "#6e3210", "#e3aa78"),
  "pork-b": mirrored("pork-a"),
  "beef-a": slice(5, "#8a4829", "#e6bd92", "#3f170a", "#b3714a"),
  "beef-b": mirrored("beef-a"),
  "lamb-a": slice(21, "#8f4a38", "#f3d8bc", "#451a10", "#bb7a62"),
  "kalbi-a": grilled(4, "#8a3f1c", "#2a0f04"),
  "kalbi-b": grilled(9, "#7d3718", "#240c03"),
  "butadon-a": grilled(14, "#a85322", "#4b1c05"),
  "butadon-b": grilled(19, "#9a4a1c", "#431803"),
  "beef-cube": chunk("#9a5530", "#74381b", "#5a2810", "#2d1006"),
  "belly-cube": bellyBlock(),
  "tendon-cube": chunk("#e3b878", "#bd8042", "#9c6228", "#6b380c"),
  "chicken-cube": chunk("#cf8a3a", "#f7e0b4", "#e3bd85", "#7a3a0c"),
  motsu: motsu(),
  belly: belly(),
  patty: patty(),
  sausage: sausage(),
  shumai: shumai(),
  gyoza: gyoza(),
  leg: leg(),
};
