import { expect, it, onTestFinished, vi } from "vitest";
import { LEVELS, OFTEN, Visitors } from "./visitors.ts";

/** The levels of so many requests of one client, one after the other. */
function levelsOf(visitors: Visitors, requests: number): number[] {
  return Array.from({ length: requests }, () => visitors.asked("client", performance.now()).level);
}

it("knows how often a client asks: up to 3, 7, 15, 31 requests of late, and more", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const visitors = new Visitors();
  expect(levelsOf(visitors, 2)).toEqual([LEVELS, LEVELS]);
  visitors.answered("client", false);
  vi.advanceTimersByTime(2_001);
  const levels = levelsOf(visitors, 40);
  const counts = [0, 1, 2, 3, 4].map((level) => levels.filter((one) => one === level).length);
  expect(counts).toEqual([3, 4, 8, 16, 9]);
});

it("a stranger that asks often is known as one that does", () => {
  const visitors = new Visitors();
  const often = Array.from({ length: 20 }, () => visitors.asked("stranger", 0));
  expect(often.map(({ asksOften }) => asksOften).indexOf(true)).toBe(2 ** (OFTEN + 1) - 1);
  expect(new Set(often.map(({ level }) => level))).toEqual(new Set([LEVELS]));
});
