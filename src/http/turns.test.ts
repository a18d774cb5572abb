/** Whose request begins when: fair queueing by client. */
import { setTimeout, setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { Turns } from "./turns.ts";

/** Asks for each of the keys, in their order. @returns the keys in the order in which their requests begin */
function ask(turns: Turns, keys: string[], begun: string[] = []): string[] {
  for (const key of keys) turns.ask(key, () => begun.push(key));
  return begun;
}

const crowd = Array.from({ length: 100 }, (_, n) => `crowd ${n}`);
const strangers = (count: number) => Array.from({ length: count }, (_, n) => `stranger ${n}`);
const times = (count: number, key: string) => Array.from({ length: count }, () => key);

/** Milliseconds after which nobody shops any more. */
const DESERTED = 1_001;

/** Lets a millisecond pass, on the clock that goes on by hand, too. */
async function pass(): Promise<void> {
  await setTimeout(1);
  vi.advanceTimersByTime(1);
}

/** Clients whose requests were answered long enough ago that they are no strangers. Then the clock goes on by hand. */
function known(keys: string[]): Turns {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const turns = new Turns();
  for (const key of keys) turns.answered(key, false);
  vi.advanceTimersByTime(2_001);
  return turns;
}

/** So many that the client counts as one of those that ask most. */
async function askOften(turns: Turns, key: string): Promise<void> {
  const begun = ask(turns, times(32, key));
  while (begun.length < 32) await pass();
}

it("lets requests begin at once while they are few", () => {
  expect(ask(known(["a", "b", "c"]), ["a", "b", "c"])).toEqual(["a", "b", "c"]);
});

it("lets 64 begin in a turn of the event loop, and all in the end, where nobody asks now and then", async () => {
  const turns = known(["office"]);
  await askOften(turns, "office");
  vi.advanceTimersByTime(DESERTED);
  const begun = ask(turns, times(150, "office"));
  expect(begun).toHaveLength(64);
  await turn();
  expect(begun).toHaveLength(128);
  await turn();
  expect(begun).toHaveLength(150);
});

it("lets at most eight of one that asks often begin at once while others shop, and all in the end", async () => {
  const turns = known(["office", "shopper"]);
  await askOften(turns, "office");
  ask(turns, ["shopper"]);
  const begun = ask(turns, times(100, "office"));
  expect(begun.length).toBeLessThanOrEqual(8);
  while (begun.length < 100) {
    const before = begun.length;
    await turn();
    expect(begun.length).toBeLessThanOrEqual(before + 8);
    await pass();
  }
});

it("lets the event loop rest between requests that take long", async () => {
  const turns = known(["office", "shopper"]);
  await askOften(turns, "office");
  ask(turns, ["shopper"]);
  const rests: bigint[] = [];
  let lastEnd: bigint | undefined;
  const takeLong = () => {
    const begin = process.hrtime.bigint();
    if (lastEnd !== undefined) rests.push(begin - lastEnd);
    while (process.hrtime.bigint() - begin < 12_000_000n);
    lastEnd = process.hrtime.bigint();
  };
  for (let n = 0; n < 24; n += 1) turns.ask("office", takeLong);
  while (rests.length < 23) await pass();
  // Some begin together, before it is known how long they take.
  for (const rest of rests.slice(-4)) expect(rest).toBeGreaterThan(2_000_000n);
});

it("lets few of one that asks often begin where the event loop never comes to rest", async () => {
  const turns = known(["office", "shopper"]);
  await askOften(turns, "office");
  ask(turns, ["shopper"]);
  const begun = ask(turns, times(100, "office"));
  await turn();
  const before = begun.length;
  for (let n = 0; n < 90; n += 1) {
    const end = process.hrtime.bigint() + 1_000_000n;
    while (process.hrtime.bigint() < end);
    await turn();
    vi.advanceTimersByTime(1);
  }
  // One in 15 ms, and some where the machine let the process wait.
  expect(begun.length - before).toBeGreaterThanOrEqual(3);
  expect(begun.length - before).toBeLessThanOrEqual(16);
});

it("lets a client that asks now and then begin at once beside one that has a thousand requests waiting", async () => {
  const turns = known(["shopper"]);
  ask(turns, times(1_000, "flood"));
  const begun = ask(turns, ["shopper"]);
  await turn();
  expect(begun).toEqual(["shopper"]);
  for (let visit = 0; visit < 3; visit += 1) {
    await turn();
    expect(ask(turns, ["shopper"])).toEqual(["shopper"]);
  }
});

it("lets clients that have all requests waiting begin one after the other", async () => {
  const turns = new Turns();
  const begun = ask(turns, [...times(64, "-"), ...times(6, "a"), ...times(2, "b"), ...times(2, "c")]);
  while (begun.length < 74) await turn();
  expect(begun.join("").replaceAll("-", "")).toBe("abcabcaaaa");
});

it("puts clients that ask again as soon as they are served behind one that has not asked meanwhile", async () => {
  const turns = known([...crowd, "office"]);
  for (const key of [...crowd, "office"]) await askOften(turns, key);
  vi.advanceTimersByTime(DESERTED);
  const begun: string[] = [];
  const again = (key: string) =>
    turns.ask(key, () => {
      begun.push(key);
      if (begun.length < 2_000) again(key);
    });
  for (const key of crowd) again(key);
  while (begun.length < 500) await turn();
  const before = begun.length;
  ask(turns, ["office"], begun);
  while (!begun.includes("office")) await turn();
  expect(begun.indexOf("office") - before).toBeLessThanOrEqual(4);
  while (begun.length < 2_000) await turn();
  const rounds = begun.slice(-400).filter((key) => key === "crowd 7").length;
  expect(rounds).toBeGreaterThanOrEqual(3);
  expect(rounds).toBeLessThanOrEqual(5);
});

it("lets a request whose client has gone begin no more, and keeps nothing of it", async () => {
  const turns = known(["office"]);
  await askOften(turns, "office");
  vi.advanceTimersByTime(DESERTED);
  const begun = ask(turns, times(64, "office"));
  const leave = turns.ask("office", () => begun.push("gone"));
  turns.ask("office", () => begun.push("last"));
  leave?.();
  while (!begun.includes("last")) await turn();
  expect(begun).not.toContain("gone");
});

it("lets no more than 64 begin without a break of a millisecond, however long they take", async () => {
  const turns = known(crowd);
  const begun: string[] = [];
  for (const key of crowd) {
    turns.ask(key, () => {
      vi.advanceTimersByTime(1);
      begun.push(key);
    });
  }
  expect(begun).toHaveLength(64);
  while (begun.length < 100) await turn();
  vi.advanceTimersByTime(2);
  expect(ask(turns, crowd.slice(0, 70))).toHaveLength(64);
});

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

it("lets strangers have their turn beside clients that ask often", async () => {
  const turns = known(["office", "shopper"]);
  await askOften(turns, "office");
  ask(turns, ["shopper"]);
  const begun = ask(turns, strangers(300));
  ask(turns, times(200, "office"), begun);
  while (begun.length < 100) await pass();
  const others = begun.filter((key) => key !== "office").length;
  expect(others).toBeGreaterThanOrEqual(10);
  expect(others).toBeLessThan(70);
});

it("lets a client that asks now and then begin before hundreds that ask more often", async () => {
  const flood = Array.from({ length: 250 }, (_, n) => `flood ${n}`);
  const turns = known([...flood, "shopper"]);
  const begun: string[] = [];
  ask(turns, [...flood, ...flood, ...flood, ...flood], begun);
  while (begun.length < 1_000) await turn();
  ask(turns, flood, begun);
  await turn();
  ask(turns, ["shopper"], begun);
  const before = begun.length;
  await turn();
  expect(begun[before]).toBe("shopper");
  while (begun.length < 1_251) await turn();
});

it("counts what a client asks at once, before any of it is answered", async () => {
  const turns = known(["flood", "shopper"]);
  const begun = ask(turns, times(400, "flood"));
  await turn();
  expect(ask(turns, ["shopper"], begun).at(-1)).toBe("shopper");
});

it("forgets after two seconds how often a client has asked", async () => {
  const turns = known(["shopper", "flood"]);
  ask(turns, times(60, "shopper"));
  for (const wait of [1_001, 1_001]) {
    vi.advanceTimersByTime(wait);
    ask(turns, times(25, "flood"));
    await setTimeout(20);
  }
  vi.advanceTimersByTime(DESERTED);
  const begun = ask(turns, times(200, "flood"));
  ask(turns, ["shopper"], begun);
  const before = begun.length;
  await turn();
  expect(begun[before]).toBe("shopper");
});

it("lets a client that has asked much have its turn, however many ask now and then without an end", async () => {
  const shoppers = Array.from({ length: 8_000 }, (_, n) => `shopper ${n}`);
  const turns = known([...shoppers, "office"]);
  await askOften(turns, "office");
  const begun: string[] = [];
  for (let n = 0; n < 80; n += 1) {
    ask(turns, shoppers.slice(100 * n, 100 * (n + 1)), begun);
    if (n === 0) ask(turns, ["office"], begun);
    expect(begun.length).toBeLessThanOrEqual(64 * (n + 1) + 1);
    await turn();
    vi.advanceTimersByTime(1);
  }
  expect(begun).toContain("office");
});
