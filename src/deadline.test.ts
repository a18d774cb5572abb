import { expect, it } from "vitest";
import { AloneBudget, LargeCarts } from "./db/alone.ts";
import { Batcher } from "./db/batch.ts";
import { ConcurrencyLimit } from "./db/concurrency.ts";
import { currentDeadline, Deadline, patienceWithin, underDeadline, withoutCounting } from "./deadline.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const never = () => new Promise<never>(() => {});
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ code, message }) => code ?? message,
  );

it("gives a step what is left of the request's time, and its own patience where that is less", async () => {
  expect([patienceWithin(undefined), patienceWithin(100)]).toEqual([undefined, 100]);
  const deadline = new Deadline(10_000);
  await underDeadline(deadline, async () => {
    expect(patienceWithin(100)).toBe(100);
    await pause(10);
    expect(patienceWithin(60_000)).toBeLessThan(10_000);
    expect(patienceWithin(undefined)).toBeLessThan(10_000);
    deadline.end();
    // What the request has left behind is not cut short by it.
    expect([patienceWithin(60_000), patienceWithin(undefined)]).toEqual([60_000, undefined]);
  });
  const past = new Deadline(-1);
  expect(underDeadline(past, () => patienceWithin(100))).toBe(1);
});

it("does not count an upload or the turn of a hash, also where a bound runs", async () => {
  const deadline = new Deadline(200);
  const work = underDeadline(deadline, async () => {
    await withoutCounting(() => pause(400));
    return patienceWithin(10_000);
  });
  expect(await underDeadline(deadline, () => deadline.bound("late", work))).toBeGreaterThan(1);
  expect(await outcomeOf(deadline.bound("late", never()))).toBe("late");
});

it("bounds what waits in a queue, and lets nobody's work run under another's deadline", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10 });
  const [short, long] = [new Deadline(50), new Deadline(60_000)];
  let free = () => {};
  const first = underDeadline(short, () =>
    limit.run(
      () =>
        new Promise<void>((resolve) => {
          free = resolve;
        }),
    ),
  );
  const second = underDeadline(long, () => limit.run(async () => currentDeadline()));
  expect(await outcomeOf(first)).toBe("database_unavailable");
  free();
  expect(await second).toBe(long);
});

it("runs a batch under no request's deadline, and what runs alone under its own", async () => {
  const seen: (Deadline | undefined)[] = [];
  const batcher = new Batcher<string, string>({
    together: async (requests) => {
      seen.push(currentDeadline());
      return requests.map((request) => (request === "alone" ? undefined : request));
    },
    alone: async (request) => {
      seen.push(currentDeadline());
      return request;
    },
    hadNoEffect: () => false,
    lanes: 1,
    budget: new AloneBudget(),
    large: new LargeCarts(),
  });
  const [short, long] = [new Deadline(50), new Deadline(60_000)];
  const answers = [
    underDeadline(short, () => batcher.ask("together")),
    underDeadline(long, () => batcher.ask("alone")),
  ];
  expect(await Promise.all(answers)).toEqual(["together", "alone"]);
  expect(seen).toEqual([undefined, long]);
});
