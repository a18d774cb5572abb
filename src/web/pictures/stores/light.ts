/** The gradients a shop's picture is lit with, and brickwork, which two of the towns share. */
import { fade, halo, ink, line, rect, round, times } from "../ink.ts";

/** What every shop front fills itself with: the room's light, the steam on the glass, the lanterns' paper. */
export const shopLight = (slug: string, middle: string, edge: string): string =>
  fade(`${slug}-room`, [0, middle], [1, edge]) +
  fade(`${slug}-steam`, [0, "#fff", 0], [0.45, "#fff", 0.12], [1, "#fff", 0.6]) +
  halo(`${slug}-lantern`, [0, "#fff6d8"], [0.55, "#ffdc92"], [1, "#f3b258"]);

/** Light on the pavement before a shop front, for `spill`. */
export const spillLight = (slug: string): string =>
  fade(`${slug}-spill`, [0, ink.lamp, 0.8], [1, ink.lamp, 0]);

/** Warm light around what shines in the dusk. */
export const glow = (slug: string): string =>
  halo(`${slug}-glow`, [0, "#ffdf94", 0.85], [0.35, "#ffc869", 0.4], [1, "#ffb54a", 0]);

/** A wall of bricks: the courses' joints, and here and there a brick of another shade. */
export function bricks(
  [x, y, width, height]: [number, number, number, number],
  [wall, joint, ...shades]: [string, string, ...string[]],
): string {
  const course = 4;
  const courses = Math.floor(height / course);
  const odd = times(Math.round((width * height) / 260), (index) => {
    const row = (index * 7 + (index >> 2)) % courses;
    const left = x + ((index * 53 + row * 5) % Math.max(1, width - 8));
    return rect(round(left), y + row * course, 8, course, shades[index % shades.length] ?? wall);
  });
  const joints = times(courses, (row) => `M${x} ${y + row * course}h${width}`);
  return rect(x, y, width, height, wall) + odd + line(joint, 0.5, joints, 'opacity=".55"');
}
