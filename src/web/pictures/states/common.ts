/** What the pictures of states share. They have no background: every colour holds on a light and on a dark page. */
import { ellipse, shape } from "../ink.ts";

/** A soft patch behind the thing, so that it stands somewhere on either page. */
export const ground =
  shape(
    "#d39a5c",
    "M42 132C30 74 84 34 148 32C214 30 290 62 292 128C294 192 236 216 164 216C96 216 54 190 42 132Z",
    'opacity=".2"',
  ) + ellipse(160, 206, 118, 12, "#8b5a3a", 'opacity=".22"');

/** Lacquer brown enough to be seen on charcoal. */
export const lacquer = { side: "#54342c", rim: "#6d443a", light: "#8a5b4d" };

/** Indigo light enough to be seen on charcoal. */
export const cloth = { base: "#4a5a9e", fold: "#35427e", light: "#6577bd", thread: "#f2dcb2" };
