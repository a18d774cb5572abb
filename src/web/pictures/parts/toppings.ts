import {
  blob,
  curls,
  ellipse,
  fill,
  flecks,
  line,
  lit,
  type Parts,
  type Point,
  rect,
  scattered,
} from "../draw.ts";

const moved = (points: Point[], x: number, y: number): Point[] => points.map(([a, b]) => [a + x, b + y]);

/** A small dab of paste: wasabi, mustard, ginger, grated radish. */
const dab = (colour: string, light: string): string => {
  const d = blob(11, 9, 6, 0.12, 9);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 3)"') +
    lit(d, colour) +
    line(flecks(scattered(14, 8, 6, 4, 2.5), 2, 5), light, 1.6, 0.9)
  );
};

/** A three-part leaf on a thin stem. */
const mitsuba = (): string => {
  const leaflet = "M0 0C-9 -5 -10 -15 0 -20C10 -15 9 -5 0 0Z";
  const one = (turn: number) =>
    `<g transform="rotate(${turn})">${fill(leaflet, "#57a03a")}${fill(leaflet, "url(#soft)")}${line("M0 -2V-15", "#b9e08c", 1.2, 0.8)}</g>`;
  return (
    `<g transform="translate(1 3)" opacity=".3">${ellipse(0, -6, 16, 12, "#0d1d00")}</g>` +
    line("M0 0Q4 14 12 20", "#7fb457", 2.2) +
    one(-62) +
    one(62) +
    one(0)
  );
};

/** A sprig of young sansho leaves. */
const kinome = (): string => {
  const pairs = [0, 1, 2, 3]
    .map((i) => {
      const y = 10 - i * 7;
      return `M0 ${y}q-9 -2 -10 -8q8 0 10 8M0 ${y}q9 -2 10 -8q-8 0 -10 8`;
    })
    .join("");
  return (
    line("M0 18V-16", "#3f7f2a", 1.6) +
    fill(`${pairs}M0 -14q-4 -5 0 -11q4 6 0 11`, "#5da63a") +
    line(pairs, "#2f6a1e", 0.6, 0.6)
  );
};

/** Creamy sauce with chopped pickle and egg in it. */
const tartar = (): string => {
  const d = blob(27, 18, 14, 0.13, 11);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 4)"') +
    lit(d, "#fff3cf", "soft") +
    line(flecks(scattered(14, 20, 12, 4, 5), 2.4, 5), "#6f9f3a", 2.6) +
    line(flecks(scattered(10, 20, 12, 9, 5), 2.4, 7), "#f3bb3c", 3) +
    line("M-15 -7q7 -5 16 -4", "#fff", 2.6, 0.9)
  );
};

const tofu = (): string =>
  fill("M-16 -4L2 -12L18 -4L18 7L0 16L-16 6Z", "#240d00", 'opacity=".35" transform="translate(1 3)"') +
  fill("M-16 -5L2 -12L18 -5L0 3Z", "#fffaf0") +
  fill("M-16 -5L0 3V15L-16 6Z", "#efe2c8") +
  fill("M18 -5L0 3V15L18 7Z", "#dccbaa") +
  line("M-9 -5L2 -9", "#fff", 2, 0.9);

/** Fried tofu, simmered sweet: a golden triangle with a fine wrinkled skin. */
const aburaage = (): string => {
  const d = "M-20 13Q-22 9 -18 5L-2 -15Q1 -18 5 -15L21 8Q23 13 18 14Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#d8962f") +
    line("M-10 6q4 -4 8 0t9 0M-3 -4q4 -3 8 1M0 10q5 -3 11 0", "#8f560f", 1.4, 0.6) +
    line("M-9 -3L0 -12", "#ffe6a8", 2, 0.7)
  );
};

/** A chunk of leek, its rings showing, browned on top. */
const leek = (): string => {
  const d = "M-17 -9Q0 -12 15 -9Q20 0 15 9Q0 12 -17 9Q-21 0 -17 -9Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#e9ecc0") +
    line("M-15 -4H11M-16 2H11M-14 7H10", "#a9c17a", 1.2, 0.7) +
    ellipse(14, 0, 5, 9, "#f8f8dc") +
    line("M14 -5q3 5 0 10M14 -2q1 2 0 4", "#8fb35c", 1.2, 0.9) +
    line("M-12 -8q3 8 1 15M-3 -9q3 9 1 17", "#7a5220", 2.4, 0.35)
  );
};

const konnyaku = (): string => {
  const d = blob(14, 10, 8, 0.08, 7);
  return (
    fill(d, "#0d0a00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#7d746a") +
    line(flecks(scattered(10, 11, 7, 3, 3), 1, 4), "#3f3832", 1.6, 0.8) +
    line("M-8 -4q5 -3 10 -2", "#fff", 2, 0.7)
  );
};

const bamboo = (): string => {
  const d = "M-16 14Q-18 -2 -2 -20Q14 -4 17 14Q0 18 -16 14Z";
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 3)"') +
    lit(d, "#efd08a") +
    line("M-2 -14V12M-9 -2Q-9 8 -11 13M6 -4Q7 8 9 13M-7 4h12M-6 -4h9M-9 10h17", "#b98a3c", 1.4, 0.7) +
    line("M-7 -8L-3 -14", "#fff", 2, 0.7)
  );
};

const chestnut = (): string => {
  const d = "M-15 6C-17 -6 -8 -14 0 -15C9 -14 17 -5 14 7C8 13 -9 13 -15 6Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(1 4)"') +
    lit(d, "#f0c44e") +
    line("M-9 -2Q-7 6 -8 9M0 -8Q2 0 1 10M8 -3Q8 4 8 9", "#b97d18", 1.6, 0.6) +
    line("M-8 -7q4 -4 8 -4", "#fff", 2.2, 0.7)
  );
};

/** A cluster of small brown mushrooms. */
const shimeji = (): string => {
  const cap = (x: number, y: number, r: number) =>
    fill(
      `M${x - 2} ${y}Q${x - 4} ${y + 14} ${x - 1} ${y + 16}H${x + 3}Q${x + 4} ${y + 12} ${x + 3} ${y}Z`,
      "#f0dfc0",
    ) +
    ellipse(x, y, r, r * 0.78, "#8a5a34") +
    ellipse(x, y, r, r * 0.78, "url(#round)") +
    line(`M${x - r * 0.5} ${y - r * 0.35}h${(r * 0.5).toFixed(1)}`, "#fff", 1.6, 0.6);
  return (
    ellipse(1, 14, 16, 6, "#240d00", 'opacity=".3"') +
    cap(-9, -1, 8) +
    cap(9, 0, 7.5) +
    cap(0, -8, 8) +
    cap(2, 6, 7)
  );
};

const pepper = (): string => {
  const d =
    "M-40 -2C-36 -11 -20 -9 0 -8C20 -8 34 -12 42 -4C44 2 38 6 30 5C10 6 -8 9 -24 9C-36 10 -42 6 -40 -2Z";
  return (
    fill(d, "#0d1d00", 'opacity=".4" transform="translate(2 5)"') +
    line("M40 -2Q48 -6 52 -3", "#6c9a3a", 4) +
    lit(d, "#3f8f32") +
    fill("M-26 -6q10 8 22 2t24 2q-8 6 -24 3t-22 -7Z", "#23400f", 'opacity=".4"') +
    line("M-30 -5q18 -4 36 -2M14 -7h3", "#e8ffc8", 2.4, 0.8)
  );
};

/** A wedge of fried eggplant, cut like a fan. */
const eggplant = (): string => {
  const d = "M-26 2C-26 -12 -10 -17 4 -15C20 -13 30 -6 30 4C26 14 8 16 -8 15C-20 14 -26 10 -26 2Z";
  return (
    fill(d, "#140518", 'opacity=".45" transform="translate(2 5)"') +
    lit(d, "#51276a") +
    fill("M-24 4C-20 13 -8 15 4 14C18 14 28 10 30 3C16 8 -8 9 -24 4Z", "#ecd9a0") +
    line("M-14 -11Q-12 -2 -15 6M-2 -13Q1 -3 -2 8M10 -12Q14 -3 12 8M21 -8Q24 -2 22 6", "#2a0f3c", 2, 0.6) +
    line("M-16 -9q9 -5 20 -4", "#fff", 2.4, 0.65)
  );
};

const peas = (): string =>
  (
    [
      [-7, 2],
      [3, -3],
      [8, 5],
    ] as Point[]
  )
    .map(
      ([x, y]) =>
        ellipse(x + 1, y + 2, 5, 5, "#0d1d00", 'opacity=".3"') +
        ellipse(x, y, 5, 5, "#74b53a") +
        ellipse(x, y, 5, 5, "url(#round)") +
        ellipse(x - 1.6, y - 1.8, 1.3, 1.1, "#fff", 'opacity=".8"'),
    )
    .join("");

const potato = (): string => {
  const d = blob(16, 13, 12, 0.1, 7);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 4)"') +
    lit(d, "#f0d077") +
    line("M-9 -6q5 -4 11 -3", "#fff", 2.2, 0.7)
  );
};

const daikon = (): string =>
  fill("M-14 8A15 15 0 0 1 14 -8L14 0L-4 12Z", "#240d00", 'opacity=".3" transform="translate(1 3)"') +
  fill("M-15 8A17 16 0 0 1 14 -9Q8 4 -15 8Z", "#fbf3df") +
  fill("M-15 8Q8 4 14 -9L15 -2Q8 11 -13 14Z", "#e2d3b2") +
  line("M-9 2Q-5 -6 6 -7", "#fff", 2, 0.8);

/** Meat in a ball: a chicken dumpling. */
const tsukune = (): string => {
  const d = blob(16, 14, 18, 0.06, 9);
  return (
    fill(d, "#240d00", 'opacity=".35" transform="translate(1 4)"') +
    lit(d, "#e6c9a0") +
    line(flecks(scattered(12, 12, 9, 7, 4), 2.4, 3), "#a87d50", 1.6, 0.6) +
    line(flecks(scattered(5, 11, 8, 9, 5), 2, 3), "#6fa03c", 2) +
    line("M-8 -6q4 -4 9 -3", "#fff", 2.2, 0.75)
  );
};

/** A soft piece of boiled or fried cabbage. */
const cabbage = (): string => {
  const d = blob(19, 13, 23, 0.16, 9);
  return (
    fill(d, "#0d1d00", 'opacity=".3" transform="translate(1 3)"') +
    lit(d, "#bcd983", "soft") +
    line("M-15 4Q0 0 14 -6M-6 2L-8 -7M4 -1L8 6", "#eef8d0", 2, 0.8)
  );
};

const crab = (): string => {
  const d = "M-26 4Q-24 -8 -6 -9Q16 -10 27 -2Q28 6 18 8Q-4 12 -20 9Z";
  return (
    fill(d, "#240500", 'opacity=".35" transform="translate(1 4)"') +
    lit(d, "#fff0e4", "soft") +
    fill("M-26 4Q-24 -8 -6 -9Q16 -10 27 -2Q10 -5 -4 -3Q-18 -1 -26 4Z", "#e2472a") +
    line("M-18 5Q0 0 20 3M-14 8Q2 4 16 6", "#e9c2ae", 1.3, 0.8) +
    line("M-14 -5q8 -3 17 -2", "#fff", 2, 0.6)
  );
};

/** The dark flat fungus that Chinese dishes crunch with. */
const woodEar = (): string => {
  const d = blob(12, 8, 17, 0.24, 9);
  return (
    fill(d, "#000", 'opacity=".3" transform="translate(1 2)"') +
    fill(d, "#3d2a22") +
    fill(d, "url(#soft)") +
    line("M-6 -2q5 -3 10 0", "#b08a72", 1.6, 0.7)
  );
};

const shavings = curls(scattered(26, 24, 13, 6, 3), 11, 7, 8);

export const toppings: Parts = {
  wasabi: dab("#9bbf4a", "#d3ea8f"),
  mustard: dab("#e2a918", "#ffdf6a"),
  ginger: dab("#ecd88e", "#fff6cf"),
  radish: dab("#f3eee2", "#ffffff"),
  mitsuba: mitsuba(),
  kinome: kinome(),
  tartar: tartar(),
  tofu: tofu(),
  aburaage: aburaage(),
  leek: leek(),
  konnyaku: konnyaku(),
  bamboo: bamboo(),
  chestnut: chestnut(),
  shimeji: shimeji(),
  pepper: pepper(),
  eggplant: eggplant(),
  peas: peas(),
  potato: potato(),
  daikon: daikon(),
  tsukune: tsukune(),
  cabbage: cabbage(),
  crab: crab(),
  "wood-ear": woodEar(),
  bonito:
    line(shavings, "#6b2f12", 3.4, 0.5) +
    line(shavings, "#d99a6a", 2.6) +
    line(curls(scattered(16, 22, 11, 9, 3), 9, 7, 3), "#f6cfa8", 1.8),
  "red-ginger":
    ellipse(0, 1, 13, 8, "#6b0a12", 'opacity=".4"') +
    line(curls(scattered(26, 11, 6, 4), 9, 4, 5), "#c41f30", 2.4) +
    line(curls(scattered(16, 10, 5, 6), 8, 4, 7), "#f2596a", 1.8),
  "nori-shreds":
    line(curls(scattered(30, 20, 11, 5), 14, 4, 6), "#15221a", 2.4) +
    line(curls(scattered(10, 18, 9, 7), 10, 4, 8), "#41604c", 1.2, 0.8),
  greens:
    ellipse(1, 3, 24, 15, "#0d1d00", 'opacity=".35"') +
    ellipse(0, 0, 22, 13, "#2d4a16") +
    line(curls(scattered(44, 18, 10, 8), 9, 4, 3), "#49701f", 3) +
    line(curls(scattered(26, 18, 9, 11), 8, 4, 5), "#7f9f36", 2.2),
  "egg-shreds":
    line(curls(scattered(40, 24, 14, 5), 15, 4, 9), "#d99b12", 2.8) +
    line(curls(scattered(40, 24, 14, 8), 14, 4, 4), "#fbd24a", 2.2) +
    line(curls(scattered(18, 22, 12, 3), 12, 4, 2), "#fff0a8", 1.4),
  sprouts:
    line(curls(scattered(20, 26, 13, 3, 5), 22, 9, 6), "#b8a878", 4.2, 0.6) +
    line(curls(scattered(20, 26, 13, 3, 5), 22, 9, 6), "#fbf6e2", 3.2) +
    line(
      moved(scattered(12, 24, 12, 7, 6), 0, 0)
        .map(([x, y]) => `M${x.toFixed(0)} ${y.toFixed(0)}h2`)
        .join(""),
      "#f0d264",
      4,
    ),
  chives:
    line(curls(scattered(16, 24, 12, 13, 4), 17, 5, 4), "#2f6e22", 3) +
    line(curls(scattered(12, 24, 12, 13, 4), 15, 5, 4), "#79b84a", 1.4),
  jako:
    line(curls(scattered(34, 30, 15, 21, 3), 9, 5, 12), "#b9ad94", 3) +
    line(curls(scattered(34, 30, 15, 21, 3), 9, 5, 12), "#fffdf2", 2.2),
  kernel:
    ellipse(0.6, 1.4, 5, 4.4, "#7a4a00", 'opacity=".35"') +
    ellipse(0, 0, 5, 4.4, "#f9cd2e") +
    line("M-1.6 -1.6h1.4", "#fff8c4", 2),
  bean:
    ellipse(1, 3, 9, 6.6, "#0d1d00", 'opacity=".35"') +
    ellipse(0, 0, 9, 6.6, "#7db83c") +
    ellipse(0, 0, 9, 6.6, "url(#round)") +
    line("M-4 -2.4q3 -2 6 -1", "#f2ffd0", 1.8, 0.9),
  "cream-cheese":
    rect(-8, -5, 18, 15, 4, "#240d00", 'opacity=".3"') +
    rect(-9, -8, 18, 15, 4, "#fffaf0") +
    rect(-9, -8, 18, 15, 4, "url(#soft)"),
  shibazuke:
    line(flecks(scattered(12, 20, 13, 5, 6), 8, 4), "#4d0f38", 5.4, 0.5) +
    line(flecks(scattered(12, 20, 13, 5, 6), 8, 4), "#8f1f66", 4.4) +
    line(flecks(scattered(9, 20, 13, 8, 6), 5, 6), "#cf4c98", 2.6),
  butter:
    rect(-12, -7, 26, 18, 4, "#240d00", 'opacity=".3"') +
    rect(-13, -10, 26, 18, 4, "#f7d24e") +
    fill("M-13 -6Q-13 -10 -9 -10H9Q13 -10 13 -6L6 -2H-8Z", "#fff0a4"),
};
