import { expect, it } from "vitest";
import { KnownSessions } from "./known-sessions.ts";

it("knows the last sessions that were added or asked for, and at most so many", () => {
  const known = new KnownSessions(100);
  known.add("asked for");
  for (let n = 0; n < 10_000; n += 1) {
    known.add(`session ${n}`);
    expect(known.has("asked for")).toBe(true);
    expect(known.size).toBeLessThanOrEqual(200);
  }
  for (let n = 9_910; n < 10_000; n += 1) expect(known.has(`session ${n}`)).toBe(true);
  expect(known.has("session 1")).toBe(false);
  known.delete("session 9999");
  expect(known.has("session 9999")).toBe(false);
});
