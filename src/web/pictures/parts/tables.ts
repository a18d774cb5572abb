import { line, type Parts, rect } from "../draw.ts";

/** Calm grounds, each in mid tones so that the picture sits well on a light and on a dark page. */
const TONES = {
  linen: ["#f3e3c6", "#d9bd90"],
  wood: ["#d9a66b", "#a8713c"],
  walnut: ["#8d5c3c", "#573320"],
  indigo: ["#4d6488", "#26385a"],
  sage: ["#cfdabf", "#98ab86"],
  clay: ["#e9b898", "#c47f5c"],
  plum: ["#a2677a", "#66384e"],
  slate: ["#77828a", "#434e57"],
  sky: ["#cfe3e6", "#8fb5bd"],
  butter: ["#fbe3a0", "#e2b556"],
} as const;
export type Table = keyof typeof TONES;

const WEAVE = "M0 1h4M1 0v4";
const GRAIN =
  "M0 40q90 -8 170 2t150 -4M0 46q80 -2 150 4t170 -4M0 120q60 10 140 0t180 6M0 128q100 4 190 -4t130 6M0 204q90 -10 160 0t160 -6M0 212q120 -4 320 2";

export const tables: Parts = {
  weave: `<pattern id="weave" width="4" height="4" patternUnits="userSpaceOnUse">${line(WEAVE, "#fff", 0.8, 0.045)}</pattern>`,
};
for (const [name, [bright, dark]] of Object.entries(TONES)) {
  const wooden = name === "wood" || name === "walnut";
  tables[`tone-${name}`] =
    `<radialGradient id="tone-${name}" cx=".35" cy=".25" r=".95"><stop offset="0" stop-color="${bright}"/><stop offset="1" stop-color="${dark}"/></radialGradient>`;
  tables[`table-${name}`] =
    rect(0, 0, 320, 240, 0, `url(#tone-${name})`) +
    (wooden
      ? line("M0 80h320M0 162h320", "#3a1c08", 1.4, 0.35) + line(GRAIN, "#3a1c08", 1, 0.16)
      : rect(0, 0, 320, 240, 0, "url(#weave)"));
}
