import { expect, it } from "vitest";
import { currentDeadline, Deadline, underDeadline } from "../deadline.ts";
import { ConcurrencyLimit } from "./concurrency.ts";

const never = () => new Promise<never>(() => {});
const codeOf = (work: Promise<unknown>) => work.then(() => "done").catch(({ code }) => code);

it("runs so many at once, and the others in their order", async () => {
  const limit = new ConcurrencyLimit({ most: 2, mostWaiting: 100 });
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = async (n: number) => {
    most = Math.max(most, ++running);
    order.push(n);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (n === 3) throw new Error("three");
    return n;
  };
  const done = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => limit.run(() => work(n))));
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(done.filter(({ status }) => status === "rejected")).toHaveLength(1);
});

it("refuses whoever would have to wait behind too many", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 2, patience: 50 });
  const all = Array.from({ length: 5 }, () => codeOf(limit.run(never)));
  expect(await Promise.all(all)).toEqual([
    "database_unavailable",
    "database_unavailable",
    "database_unavailable",
    "overloaded",
    "overloaded",
  ]);
});

it("keeps the place of work that hangs, and never begins work whose caller has gone", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10, patience: 20 });
  let free = () => {};
  const begun: string[] = [];
  const hanging = limit.run(() => {
    begun.push("hanging");
    return new Promise<void>((resolve) => {
      free = resolve;
    });
  });
  expect(await codeOf(hanging)).toBe("database_unavailable");
  for (let n = 0; n < 100; n += 10) {
    const ten = Array.from({ length: 10 }, () => codeOf(limit.run(async () => void begun.push("late"))));
    expect(new Set(await Promise.all(ten))).toEqual(new Set(["database_unavailable"]));
  }
  free();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await codeOf(limit.run(async () => void begun.push("next")))).toBe("done");
  expect(begun).toEqual(["hanging", "next"]);
});

it("is fair to clients: who asks once comes before the most of what another has waiting, and is not refused for it", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 5 });
  const order: string[] = [];
  const ask = (client: string) =>
    underDeadline(new Deadline(10_000, () => client), () =>
      codeOf(
        limit.run(async () => {
          order.push(client);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }),
      ),
    );
  const flood = Promise.all(Array.from({ length: 10 }, () => ask("flood")));
  expect(await ask("shopper")).toBe("done");
  expect(order.length).toBeLessThanOrEqual(4);
  expect((await flood).filter((code) => code === "overloaded")).toHaveLength(5);
});

it("answers what waits with the same key together with the first of it that begins, and nothing that came after that", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10 });
  let reads = 0;
  let late: Promise<number> | undefined;
  const read = async () => {
    const mine = ++reads;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (mine === 2) late = limit.run(read, "menus 1");
    await new Promise((resolve) => setTimeout(resolve, 5));
    return mine;
  };
  const first = limit.run(read, "menus 1");
  const waiting = [limit.run(read, "menus 1"), limit.run(read, "menus 2"), limit.run(read, "menus 1")];
  const alone = limit.run(read);
  expect(await first).toBe(1);
  expect(await Promise.all(waiting)).toEqual([2, 3, 2]);
  expect(await Promise.all([alone, late])).toEqual([4, 5]);
  expect(reads).toBe(5);
});

it("gives work that is shared the time of the last who shares it", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10 });
  const held = limit.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
  const askWithin = (budget: number) =>
    underDeadline(new Deadline(budget), () => limit.run(async () => currentDeadline()?.left, "menus 1"));
  const lefts = Promise.all([askWithin(1_000), askWithin(60_000), askWithin(2_000)]);
  await held;
  for (const left of await lefts) expect(left).toBeGreaterThan(50_000);
});

it("work that fails fails for all who share it, and the next begins anew", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10 });
  const held = limit.run(async () => "held");
  const failing = () => Promise.reject(Object.assign(new Error(), { code: "gone" }));
  const shared = [limit.run(failing, "a"), limit.run(failing, "a")];
  expect(await held).toBe("held");
  expect(await Promise.all(shared.map(codeOf))).toEqual(["gone", "gone"]);
  expect(await limit.run(async () => "next", "a")).toBe("next");
});

it("never has two of one key under way: what comes meanwhile is answered by the next one, others go on beside it", async () => {
  const limit = new ConcurrencyLimit({ most: 2, mostWaiting: 100 });
  let running = 0;
  let reads = 0;
  const read = async () => {
    expect(++running).toBe(1);
    reads += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    running -= 1;
  };
  const first = limit.run(read, "menus 1");
  const others = Array.from({ length: 20 }, () => limit.run(read, "menus 1"));
  let isFirstOver = false;
  void first.then(() => {
    isFirstOver = true;
  });
  await limit.run(async () => expect(isFirstOver).toBe(false), "menus 2");
  await Promise.all([first, ...others]);
  expect(reads).toBe(2);
  await limit.run(read, "menus 1");
  expect(reads).toBe(3);
});

it("gives a shared result to those with least time left first, and lets the event loop rest between large ones", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 100 });
  const held = limit.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
  const order: number[] = [];
  const rests: number[] = [];
  let end = performance.now();
  const ask = async (budget: number) => {
    await underDeadline(new Deadline(budget), () => limit.run(async () => {}, "menus 1"));
    rests.push(performance.now() - end);
    order.push(budget);
    end = performance.now() + 4;
    while (performance.now() < end);
  };
  const asked = [60_000, 1_000, 5_000, 3_000, 4_000].map(ask);
  await held;
  await Promise.all(asked);
  expect(order).toEqual([60_000, 1_000, 3_000, 4_000, 5_000]);
  // Each keeps the event loop busy for 4 ms, so it rests for 2.
  for (const rest of rests.slice(2)) expect(rest).toBeGreaterThan(1.5);
});

it("lets the event loop rest after work that was done on it", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 10, rests: true });
  const rests: number[] = [];
  let end: number | undefined;
  const compute = async () => {
    const begin = performance.now();
    if (end !== undefined) rests.push(begin - end);
    while (performance.now() - begin < 8);
    end = performance.now();
  };
  await Promise.all(Array.from({ length: 5 }, () => limit.run(compute)));
  for (const rest of rests) expect(rest).toBeGreaterThan(3.5);
});

it("begins whatever is ready while a place is free, also behind what waits for another read of its key", async () => {
  const limit = new ConcurrencyLimit({ most: 2, mostWaiting: 100 });
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const begun: string[] = [];
  const work = (name: string, until = Promise.resolve()) => {
    return async () => {
      begun.push(name);
      await until;
    };
  };
  const running = [limit.run(work("A", first.promise), "a"), limit.run(work("C", second.promise), "c")];
  const waiting = [limit.run(work("A again"), "a"), limit.run(work("B"), "b")];
  second.resolve();
  await waiting[1];
  expect(begun).toEqual(["A", "C", "B"]);
  first.resolve();
  await Promise.all([...running, ...waiting]);
  expect(begun).toEqual(["A", "C", "B", "A again"]);
});

it("lets others of a key begin when nobody waits any more for work of it that hangs", async () => {
  const limit = new ConcurrencyLimit({ most: 2, mostWaiting: 100, patience: 30 });
  const hanging = codeOf(limit.run(never, "menus 1"));
  expect(await hanging).toBe("database_unavailable");
  expect(await limit.run(async () => "read", "menus 1")).toBe("read");
});

it("frees its place and its key after work that throws at once", async () => {
  const limit = new ConcurrencyLimit({ most: 1, mostWaiting: 100 });
  const fail = () => {
    throw new Error("at once");
  };
  for (let n = 0; n < 3; n += 1) await expect(limit.run(fail, "a")).rejects.toThrow("at once");
  expect(await limit.run(async () => "read", "a")).toBe("read");
});
