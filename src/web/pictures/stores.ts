/** A picture of each of the demo chain's six stores, and one for the stores of other chains. */
import { any } from "./stores/any.ts";
import { fukuoka } from "./stores/fukuoka.ts";
import { kanda } from "./stores/kanda.ts";
import { kyoto } from "./stores/kyoto.ts";
import { osaka } from "./stores/osaka.ts";
import { sapporo } from "./stores/sapporo.ts";
import { yokohama } from "./stores/yokohama.ts";

/** What `<svg viewBox="0 0 320 240">` holds for each slug. What matters is within y 30 to 210 (16:9). */
export const storePictures: Record<string, string> = {
  kanda,
  yokohama,
  kyoto,
  osaka,
  sapporo,
  fukuoka,
  any,
};
