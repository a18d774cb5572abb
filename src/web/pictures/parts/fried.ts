import {
  blob,
  dice,
  ellipse,
  fill,
  flecks,
  line,
  lit,
  mirrored,
  type Parts,
  rect,
  scattered,
} from "../draw.ts";

/** A piece of fried chicken: a craggy crust with lighter flakes, dark cracks and a glint of oil. */
function chicken(seed: number, base: string, flake: string, crack: string): string {
  const body = blob(27, 22, seed, 0.16, 13);
  const roll = dice(seed + 40);
  const flakes = scattered(9, 20, 15, seed + 7, 8).map(([x, y], i) => {
    const d = blob(4 + roll() * 5, 3 + roll() * 3.5, seed * 11 + i, 0.3, 7, x, y);
    return (
      fill(d, crack, 'opacity=".55" transform="translate(.8 1.6)"') +
      fill(d, flake, `opacity="${roll() < 0.5 ? 0.6 : 0.85}"`)
    );
  });
  return (
    fill(body, "#240d00", 'opacity=".4" transform="translate(2 5)"') +
    lit(body, base) +
    flakes.join("") +
    line(flecks(scattered(16, 22, 17, seed + 3, 5), 4, seed), crack, 1.3, 0.5) +
    line(flecks(scattered(14, 21, 16, seed + 4, 5), 2.4, seed), "#ffe2a0", 1.5, 0.85) +
    fill(blob(22, 17, seed, 0.16, 13), "url(#round)", 'opacity=".5"') +
    line("M-13 -11q5 -5 11 -5M3 -14h2", "#fff", 2, 0.6)
  );
}

/** A slab in coarse breadcrumbs, as a shape of its own: the edge is rough, the crust lit. */
export function crumbed(d: string, seed: number, rx: number, ry: number, base = "#d88a2c"): string {
  const many = Math.round((rx * ry) / 26);
  const crumbs = (n: number, salt: number) =>
    flecks(scattered(n, rx * 0.94, ry * 0.92, seed + salt, 2.5), 3.2, seed);
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(2 5)"') +
    lit(d, base) +
    line(crumbs(many, 1), "#8a4210", 1.6, 0.6) +
    line(crumbs(many, 2), "#ffd684", 1.7, 0.9) +
    line(crumbs(Math.round(many / 2), 3), "#fff2c8", 1.3, 0.8)
  );
}

/** A slice of a cutlet standing on its cut: crust around, meat inside. */
function cutletSlice(meat: string, deep: string, seed: number): string {
  return (
    rect(-9, -27, 20, 60, 8, "#240d00", 'opacity=".4"') +
    crumbed(blob(11, 31, seed, 0.06, 16), seed, 11, 30).replace(/^<path[^>]*>/, "") +
    fill("M3 -25Q10 -22 10 0T3 25Q0 20 0 0T3 -25Z", meat) +
    fill("M3 -25Q10 -22 10 0T3 25Q6 10 6 0T3 -25Z", deep, 'opacity=".6"')
  );
}

/** A prawn in tempura batter, its tail to the right. */
function prawnTempura(): string {
  const body =
    "M-52 4C-50 -10 -36 -15 -20 -14C0 -15 18 -12 34 -5C38 -2 38 4 33 7C16 12 -4 14 -22 14C-40 15 -52 12 -52 4Z";
  const frill =
    "M-50 -4l-4 -5 7 0 2 -7 7 4 5 -6 6 5 8 -5 5 5 8 -4 5 5 8 -2 4 5 8 -1 3 5M-50 8l-4 5 8 0 3 5 7 -3 6 4 7 -4 8 4 6 -4 8 3 6 -4 7 2 5 -4 7 0";
  return (
    fill(body, "#240d00", 'opacity=".4" transform="translate(2 6)"') +
    fill("M32 -4Q48 -18 60 -16Q56 -4 44 1Q58 6 58 16Q44 16 31 6Z", "#e2572b") +
    fill("M32 -4Q48 -18 60 -16Q56 -4 44 1Q58 6 58 16Q44 16 31 6Z", "url(#round)") +
    line("M36 -2L54 -12M36 3L52 12", "#ffb48a", 1.4, 0.8) +
    line(frill, "#e9b458", 4) +
    lit(body, "#eebb5e") +
    line(frill, "#ffe0a0", 1.6, 0.8) +
    line(
      flecks(
        scattered(26, 44, 10, 5, 4).map(([x, y]) => [x - 8, y]),
        3.4,
        6,
      ),
      "#b4701c",
      1.6,
      0.55,
    ) +
    line(
      flecks(
        scattered(26, 44, 10, 9, 4).map(([x, y]) => [x - 8, y]),
        2.6,
        7,
      ),
      "#fff0c4",
      1.8,
      0.9,
    ) +
    line("M-40 -6q18 -6 40 -3", "#fff", 2.2, 0.55)
  );
}

/** White fish in crumbs, as long as the rice under it. */
const fishFry = (): string => {
  const d = "M-52 2C-46 -18 -22 -26 6 -22C30 -20 48 -14 56 -4C50 10 30 20 4 22C-24 24 -46 18 -52 2Z";
  return crumbed(d, 21, 50, 20) + line("M-34 -8q20 -8 46 -6", "#fff6d6", 2.2, 0.5);
};

/** A tube of fish paste in a batter green with seaweed; the cut end shows the hole. */
const chikuwa = (): string => {
  const d = "M-34 -12Q-2 -16 30 -13Q38 0 30 13Q0 16 -34 12Q-42 0 -34 -12Z";
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(2 5)"') +
    lit(d, "#d9a84a") +
    line(flecks(scattered(36, 32, 10, 14, 3), 3, 4), "#2f5a30", 2.2, 0.85) +
    line(flecks(scattered(24, 32, 10, 17, 3), 2.4, 5), "#ffe7a8", 1.6, 0.8) +
    ellipse(30, 0, 6.5, 12.5, "#f3e3c2") +
    ellipse(30, 0, 2.8, 6, "#7a5730") +
    line("M-28 -7q20 -4 44 -2", "#fff", 2, 0.5)
  );
};

/** A prawn or a filling in crumbs on a stick. */
const skewer = (base?: string): string => {
  const d = blob(30, 14, 33, 0.08, 14, 6, 0);
  return line("M-62 0H30", "#e9cf9c", 3.4) + line("M-62 1.4H30", "#8a6a38", 1) + crumbed(d, 34, 32, 13, base);
};

/** Three quail eggs in crumbs on a stick. */
const quail = (): string =>
  line("M-62 0H30", "#e9cf9c", 3.4) +
  line("M-62 1.4H30", "#8a6a38", 1) +
  [-16, 6, 28]
    .map((x) => `<g transform="translate(${x})">${crumbed(blob(12, 12, 3, 0.05, 9), 3, 11, 11)}</g>`)
    .join("");

/** Something flat in a thin batter that lets its colour through. */
const batter = (d: string, colour: string, rx: number, ry: number): string =>
  fill(d, "#240d00", 'opacity=".4" transform="translate(2 5)"') +
  line(d, "#e8b65c", 5) +
  lit(d, colour) +
  line(d, "#fbdf9c", 2, 0.9) +
  line(flecks(scattered(22, rx, ry, 5, 5), 3.6, 6), "#b4701c", 1.6, 0.5) +
  line(flecks(scattered(24, rx, ry, 9, 5), 2.8, 7), "#fff0c4", 2, 0.9);

/** A sheet of red pickled ginger in thin batter: the red shows where the batter is thin. */
const gingerTempura = (): string => {
  const d = blob(38, 27, 12, 0.12, 15);
  return (
    fill(d, "#240d00", 'opacity=".4" transform="translate(2 6)"') +
    lit(d, "#efb55a") +
    fill(blob(29, 19, 5, 0.16, 11), "#d2303a") +
    line("M-22 -4Q-6 -14 8 -8T24 -2M-22 6Q-4 -2 10 4T22 8M-12 14Q0 8 14 13", "#f4717a", 2.4, 0.8) +
    fill(d, "url(#round)", 'opacity=".6"') +
    line(flecks(scattered(20, 32, 22, 5, 6), 7, 6), "#f7cf7e", 5, 0.95) +
    line(flecks(scattered(34, 34, 23, 9, 5), 3, 7), "#fff3c8", 2, 0.95) +
    line(flecks(scattered(16, 32, 22, 14, 7), 3, 9), "#b4701c", 1.6, 0.6) +
    line("M-24 -13q8 -7 18 -8", "#fff", 2.4, 0.7)
  );
};

export const fried: Parts = {
  "karaage-a": chicken(2, "#cd7623", "#f0b257", "#6d2e08"),
  "karaage-b": chicken(5, "#c56c1e", "#eba94e", "#642907"),
  "karaage-c": chicken(9, "#d27f2b", "#f3ba62", "#6d2e08"),
  "zangi-a": chicken(12, "#a8521a", "#d98a3c", "#4d1c04"),
  "zangi-b": mirrored("zangi-a"),
  "cutlet-slice": cutletSlice("#f0d3b4", "#cfa27c", 41),
  "tuna-slice": cutletSlice("#d87a78", "#a84a50", 45),
  "prawn-tempura": prawnTempura(),
  "fish-fry": fishFry(),
  chikuwa: chikuwa(),
  "whiting-tempura": batter(
    "M-44 0C-36 -16 -6 -17 14 -13C26 -15 40 -12 46 -16Q44 -4 48 8C38 6 26 10 14 12C-8 18 -36 15 -44 0Z",
    "#e9b75a",
    34,
    10,
  ),
  "eggplant-tempura": batter(blob(30, 17, 8, 0.06, 12), "#7a4a72", 24, 12),
  "ginger-tempura": gingerTempura(),
  skewer: skewer(),
  "skewer-ginger": skewer("#cc5a3c"),
  "skewer-quail": quail(),
};
