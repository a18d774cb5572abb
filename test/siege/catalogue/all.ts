/** The catalogue: every bad client of the siege. */
import type { BadClient } from "../bad-client.ts";
import { bombs } from "./bombs.ts";
import { connections } from "./connections.ts";
import { costly } from "./costly.ts";
import { guessing } from "./guessing.ts";
import { malformed, malformedWhole } from "./malformed.ts";
import { methods } from "./methods.ts";
import { pipelining } from "./pipelining.ts";
import { slow } from "./slow.ts";

export const catalogue: BadClient[] = [
  ...methods,
  ...malformed,
  ...malformedWhole,
  ...pipelining,
  ...slow,
  ...guessing,
  ...bombs,
  ...connections,
  ...costly,
];
