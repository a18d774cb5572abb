/** Whose request begins when: fair queueing by client. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { Turns } from "./turns.ts";

/** Asks for each of the keys, in their order. @returns the keys in the order in which their requests begin */
function ask(turns: Turns, keys: string[], begun: string[] = []): string[] {
  for (const key of keys)
    turns.ask(
      () => key,
      () => begun.push(key),
    );
  return begun;
}

/** Each of the keys asks anew as soon as its request begins. @returns as `ask` */
function askAgainAndAgain(turns: Turns, keys: string[]): string[] {
  const begun: string[] = [];
  const again = (key: string) =>
    turns.ask(
      () => key,
      () => {
        begun.push(key);
        again(key);
      },
    );
  for (const key of keys) again(key);
  return begun;
}
const crowd = Array.from({ length: 100 }, (_, n) => `crowd ${n}`);
const strangers = (count: number) => Array.from({ length: count }, (_, n) => `stranger ${n}`);
const times = (count: number, key: string) => Array.from({ length: count }, () => key);

it("lets requests begin at once while they are few", () => {
  expect(ask(new Turns(), ["a", "b", "c"])).toEqual(["a", "b", "c"]);
});

it("lets at most eight begin in a turn of the event loop, and all in the end", async () => {
  const begun = ask(new Turns(), times(100, "a"));
  expect(begun.length).toBeLessThanOrEqual(8);
  while (begun.length < 100) {
    const before = begun.length;
    await turn();
    expect(begun.length).toBeGreaterThan(before);
    expect(begun.length).toBeLessThanOrEqual(before + 8);
  }
});

it("lets one begin in a turn where each of them takes long", async () => {
  const turns = new Turns();
  let begun = 0;
  const takeLong = () => {
    for (const end = performance.now() + 2; performance.now() < end; );
    begun += 1;
  };
  for (let n = 0; n < 40; n += 1) turns.ask(() => "a", takeLong);
  while (begun < 30) await turn();
  const before = begun;
  await turn();
  expect(begun).toBe(before + 1);
});

it("lets a client that asks now and then begin before one that has a thousand requests waiting", async () => {
  const turns = new Turns();
  const begun = ask(turns, times(1_000, "flood"));
  for (let visit = 0; visit < 3; visit += 1) {
    await turn();
    const before = begun.length;
    ask(turns, ["shopper"], begun);
    await turn();
    expect(begun.slice(before, before + 16)).toContain("shopper");
  }
});

it("lets clients that have all requests waiting begin one after the other", async () => {
  const turns = new Turns();
  const begun = ask(turns, [...times(8, "-"), ...times(6, "a"), ...times(2, "b"), ...times(2, "c")]);
  while (begun.length < 18) await turn();
  expect(begun.join("").replaceAll("-", "")).toBe("abcabcaaaa");
});

it("puts a client that asks again as soon as it is served behind those that have waited meanwhile", async () => {
  const turns = new Turns();
  const begun = askAgainAndAgain(turns, crowd);
  while (begun.length < 500) await turn();
  ask(turns, ["shopper"], begun);
  await turn();
  expect(begun.slice(-8)).toContain("shopper");
  const rounds = begun.slice(-400).filter((key) => key === "crowd 7").length;
  expect(rounds).toBeGreaterThanOrEqual(3);
  expect(rounds).toBeLessThanOrEqual(5);
});

/** Clients whose requests were answered, once each, long enough ago that they are no strangers. Then the clock goes on by hand. */
function known(keys: string[]): Turns {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const turns = new Turns();
  for (const key of keys) turns.answered(key, false);
  vi.advanceTimersByTime(2_001);
  return turns;
}

it.each([
  { whose: "first request was answered a second ago", wait: 1_000, isRefused: false, isKnown: true },
  { whose: "first request was answered just now", wait: 999, isRefused: false, isKnown: false },
  { whose: "requests were refused", wait: 1_000, isRefused: true, isKnown: false },
])("puts a client before strangers: $isKnown, where its $whose", async ({ wait, isRefused, isKnown }) => {
  const turns = known([]);
  turns.answered("shopper", isRefused);
  vi.advanceTimersByTime(wait);
  const begun = ask(turns, strangers(300));
  ask(turns, ["shopper"], begun);
  await turn();
  expect(begun.includes("shopper")).toBe(isKnown);
});

it("lets strangers have their turn beside clients that are known", async () => {
  const turns = known(["shopper"]);
  const begun = ask(turns, strangers(300));
  ask(turns, times(203, "shopper"), begun);
  await turn();
  const first = begun.indexOf("shopper");
  expect(first).toBeLessThanOrEqual(8);
  while (begun.length < 100) await turn();
  const others = begun.slice(first, 100).filter((key) => key !== "shopper").length;
  expect(others).toBeGreaterThanOrEqual(10);
  expect(others).toBeLessThan(60);
});

it("lets a client that asks now and then begin before hundreds that ask more often", async () => {
  const flood = Array.from({ length: 250 }, (_, n) => `flood ${n}`);
  const turns = known([...flood, "shopper"]);
  for (const key of flood) for (let n = 0; n < 4; n += 1) turns.answered(key, false);
  for (let n = 0; n < 3; n += 1) turns.answered("shopper", false);
  const begun = ask(turns, flood);
  await turn();
  ask(turns, ["shopper"], begun);
  const before = begun.length;
  await turn();
  expect(begun[before]).toBe("shopper");
  while (begun.length < 251) await turn();
});

it("forgets after two seconds how often a client has asked", async () => {
  const turns = known(["shopper", "flood"]);
  for (let n = 0; n < 100; n += 1) turns.answered("shopper", false);
  for (const wait of [1_001, 1_001]) {
    vi.advanceTimersByTime(wait);
    for (let n = 0; n < 25; n += 1) turns.answered("flood", false);
  }
  const begun = ask(turns, times(100, "flood"));
  await turn();
  ask(turns, ["shopper"], begun);
  const before = begun.length;
  await turn();
  expect(begun[before]).toBe("shopper");
});

it("lets a client that has asked much have its turn, however many ask now and then without an end", async () => {
  const turns = known([...crowd, "office"]);
  for (let n = 0; n < 40; n += 1) turns.answered("office", false);
  const begun = askAgainAndAgain(turns, crowd);
  ask(turns, ["office"], begun);
  for (let n = 0; n < 20; n += 1) await turn();
  expect(begun).toContain("office");
});
