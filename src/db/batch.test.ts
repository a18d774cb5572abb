import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ToriokiError } from "../errors.ts";
import { AloneBudget, LargeCarts } from "./alone.ts";
import { Batcher, type BatchOptions, TOO_LARGE } from "./batch.ts";

const turns = async (count: number) => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

class Undone extends Error {}
class Unknown extends Error {}

type Request = {
  id: number;
  key: number;
  /** Turns of the event loop before it is asked. */
  after: number;
  /** What happens to it in a batch, and when it is run alone. */
  together: "answered" | "later";
  alone: "answered" | "fails";
};
type Fate = { turns: number; ends: "answered" | "undone" | "unknown" };

const requests = fc
  .array(
    fc.record({
      key: fc.integer({ min: 0, max: 4 }),
      after: fc.integer({ min: 0, max: 12 }),
      together: fc.constantFrom("answered", "answered", "later"),
      alone: fc.constantFrom("answered", "answered", "fails"),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((all) => all.map((request, id) => ({ ...request, id }) as Request));

const fates = fc.array(
  fc.record({
    turns: fc.integer({ min: 0, max: 5 }),
    ends: fc.constantFrom("answered", "answered", "undone", "unknown"),
  }) as fc.Arbitrary<Fate>,
  { minLength: 1, maxLength: 40 },
);

/** A database as the batcher sees it, which writes down what was done to it and when. */
class Recorder {
  readonly effects = new Map<number, number>();
  readonly orderByKey = new Map<number, number[]>();
  readonly faults: string[] = [];
  #running = new Map<number, number>();
  #lanes = 0;
  #alone = 0;
  #batches = 0;

  options(fates: Fate[], lanes: number, isKeyed: boolean): BatchOptions<Request, string> {
    const fateOf = (n: number) => fates[n % fates.length] as Fate;
    return {
      lanes,
      budget: new AloneBudget(),
      large: new LargeCarts(),
      ...(isKeyed ? { keyOf: ({ key }: Request) => key } : {}),
      hadNoEffect: (error) => error instanceof Undone,
      together: async (batch) => {
        const fate = fateOf(this.#batches++);
        this.#lanes += 1;
        if (this.#lanes > lanes) this.faults.push(`${this.#lanes} lanes in use`);
        if (batch.length === 0 || batch.length > 64) this.faults.push(`a batch of ${batch.length}`);
        if (isKeyed) for (const request of batch) this.#begin(request);
        await turns(fate.turns);
        if (isKeyed) for (const request of batch) this.#end(request);
        this.#lanes -= 1;
        if (fate.ends === "undone") throw new Undone();
        const answers = batch.map((request) => {
          if (request.together === "later") return undefined;
          this.#do(request);
          return `answer ${request.id}`;
        });
        // The effect is there, but nobody is told.
        if (fate.ends === "unknown") throw new Unknown();
        return answers;
      },
      alone: async (request) => {
        this.#alone += 1;
        if (this.#alone > 3) this.faults.push(`${this.#alone} run alone`);
        if (isKeyed) this.#begin(request);
        await turns(request.id % 4);
        if (isKeyed) this.#end(request);
        this.#alone -= 1;
        if (request.alone === "fails") throw new Error(`refusal ${request.id}`);
        this.#do(request);
        return `answer ${request.id}`;
      },
    };
  }

  #do({ id, key }: Request): void {
    this.effects.set(id, (this.effects.get(id) ?? 0) + 1);
    this.orderByKey.set(key, [...(this.orderByKey.get(key) ?? []), id]);
  }

  #begin({ key }: Request): void {
    const running = (this.#running.get(key) ?? 0) + 1;
    this.#running.set(key, running);
    if (running > 1) this.faults.push(`${running} of key ${key} at once`);
  }

  #end({ key }: Request): void {
    this.#running.set(key, (this.#running.get(key) ?? 0) - 1);
  }
}

describe("a batcher, in any interleaving, with any member and any batch failing,", () => {
  it.each([true, false])("gives every caller exactly one answer, its own (keys: %s)", async (isKeyed) => {
    await fc.assert(
      fc.asyncProperty(requests, fates, fc.integer({ min: 1, max: 3 }), async (all, fates, lanes) => {
        const recorder = new Recorder();
        const batcher = new Batcher(recorder.options(fates, lanes, isKeyed));
        const settled = new Map<number, string[]>();
        const asked: number[] = [];
        await Promise.all(
          all.map(async (request) => {
            await turns(request.after);
            asked.push(request.id);
            const note = (how: string) => settled.set(request.id, [...(settled.get(request.id) ?? []), how]);
            await batcher
              .ask(request)
              .then(note, (error) => note(error instanceof Unknown ? "unknown" : (error as Error).message));
          }),
        );
        expect(recorder.faults).toEqual([]);
        for (const { id, alone } of all) {
          const [how, ...more] = settled.get(id) ?? [];
          expect(more).toEqual([]);
          const effects = recorder.effects.get(id) ?? 0;
          if (how === `answer ${id}`) expect(effects).toBe(1);
          else if (how === "unknown") expect(effects).toBeLessThanOrEqual(1);
          else expect([how, alone, effects]).toEqual([`refusal ${id}`, "fails", 0]);
        }
        if (!isKeyed) return;
        // Of one key they are carried out in the order in which they came.
        for (const order of recorder.orderByKey.values())
          expect(order).toEqual(order.toSorted((a, b) => asked.indexOf(a) - asked.indexOf(b)));
      }),
      { numRuns: 300 },
    );
  });
});

/** Batches that end when they are told to. */
function heldBatches(options: Partial<BatchOptions<number, number>> = {}) {
  const batches: number[][] = [];
  const release: (() => void)[] = [];
  const batcher = new Batcher<number, number>({
    lanes: 1,
    budget: new AloneBudget(),
    large: new LargeCarts(),
    hadNoEffect: () => false,
    together: async (batch) => {
      batches.push(batch);
      await new Promise<void>((resolve) => release.push(resolve));
      return batch;
    },
    alone: async (request) => request,
    ...options,
  });
  return { batcher, batches, release };
}

describe("a batcher", () => {
  it("lets a lone request go at once, and gathers what comes while it is under way", async () => {
    const { batcher, batches, release } = heldBatches();
    const answers = [batcher.ask(1)];
    await turns(1);
    expect(batches).toEqual([[1]]);
    for (const n of [2, 3, 4]) answers.push(batcher.ask(n));
    await turns(3);
    expect(batches).toEqual([[1]]);
    release[0]?.();
    await turns(1);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    release[1]?.();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
  });

  it("refuses what comes when 5,000 wait, and takes more when they are answered", async () => {
    const { batcher, release } = heldBatches();
    const answers = Array.from({ length: 5_000 }, (_, n) => batcher.ask(n));
    const refusal = await batcher.ask(5_000).catch((error) => error);
    expect([refusal.code, refusal.status, refusal.retryAfter]).toEqual(["overloaded", 503, 1]);
    for (let n = 0; n < 80; n += 1) {
      await turns(2);
      release[n]?.();
    }
    await Promise.all(answers);
    const next = batcher.ask(5_001);
    await turns(2);
    release.at(-1)?.();
    expect(await next).toBe(5_001);
  });

  it("answers within its patience whatever hangs, and does not begin what nobody waits for any more", async () => {
    const { batcher, batches, release } = heldBatches({ patience: 50 });
    const answers = [1, 2].map(async (n) => {
      await turns(3 * n);
      return batcher.ask(n);
    });
    for (const answer of await Promise.allSettled(answers)) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "database_unavailable" } });
      expect((answer as PromiseRejectedResult).reason).toBeInstanceOf(ToriokiError);
    }
    release[0]?.();
    await turns(3);
    expect(batches).toEqual([[1]]);
    const next = batcher.ask(3);
    await turns(2);
    release[1]?.();
    expect(await next).toBe(3);
  });

  it("lets the next of a key go where nobody waits any more for the one before", async () => {
    const { batcher, batches, release } = heldBatches({ patience: 50, keyOf: (n) => n % 2 });
    const first = batcher.ask(2).catch(() => {});
    await turns(2);
    const second = batcher.ask(3).catch(() => {});
    await Promise.all([first, second]);
    const third = batcher.ask(5);
    release[0]?.();
    await turns(3);
    expect(batches).toEqual([[2], [5]]);
    release[1]?.();
    expect(await third).toBe(5);
  });

  it("keeps others going while one waits alone for what somebody else holds", async () => {
    let free = () => {};
    const { batcher } = heldBatches({
      together: async (batch) => batch.map((n) => (n === 13 ? undefined : n)),
      alone: (n) =>
        new Promise((resolve) => {
          free = () => resolve(n);
        }),
    });
    const stuck = batcher.ask(13);
    await turns(3);
    expect(await Promise.all([1, 2, 3].map((n) => batcher.ask(n)))).toEqual([1, 2, 3]);
    free();
    expect(await stuck).toBe(13);
  });

  it("runs what is too large for a batch on its own, two at once, and remembers its owner", async () => {
    const [batches, alone, free]: [number[][], number[], (() => void)[]] = [[], [], []];
    const batcher = new Batcher<number, number>({
      lanes: 1,
      budget: new AloneBudget(),
      large: new LargeCarts(),
      keyOf: (n) => n,
      ownerOf: (n) => n,
      hadNoEffect: () => true,
      together: async (batch) => {
        batches.push(batch);
        return batch.map((n) => (n >= 100 ? TOO_LARGE : n));
      },
      alone: (n) => {
        alone.push(n);
        return new Promise((resolve) => free.push(() => resolve(n)));
      },
    });
    const large = [100, 101, 102, 100].map((n) => batcher.ask(n));
    await turns(3);
    expect([batches, alone]).toEqual([[[100, 101, 102]], [100, 101]]);
    // The lane is free: others do not wait for them.
    expect(await Promise.all([1, 2].map((n) => batcher.ask(n)))).toEqual([1, 2]);
    while (free.length > 0) {
      free.shift()?.();
      await turns(3);
    }
    expect(await Promise.all(large)).toEqual([100, 101, 102, 100]);
    // The second request of 100 needed no batch to find out.
    expect(alone).toEqual([100, 101, 102, 100]);
    expect(batches).toEqual([
      [100, 101, 102],
      [1, 2],
    ]);
  });

  it("never runs what gave up while the lanes hung, and is well when they are free", async () => {
    const { batcher, release, batches } = heldBatches({ patience: 20 });
    const hung = batcher.ask(1).catch(({ code }) => code);
    await turns(3);
    for (let n = 0; n < 3; n += 1) {
      const late = Array.from({ length: 4_000 }, (_, k) => batcher.ask(10 + k).catch(({ code }) => code));
      expect(new Set(await Promise.all(late))).toEqual(new Set(["database_unavailable"]));
    }
    expect(await hung).toBe("database_unavailable");
    release[0]?.();
    await turns(3);
    const next = batcher.ask(3);
    await turns(3);
    release[1]?.();
    expect(await next).toBe(3);
    expect(batches).toEqual([[1], [3]]);
  });

  /** Requests whose key is their number and who need its last digit; those that are held are stuck alone until freed. */
  function heldNeeds(isHeld: (n: number) => boolean) {
    const [batches, alone, free]: [number[][], number[], (() => void)[]] = [[], [], []];
    const batcher = new Batcher<number, number>({
      lanes: 1,
      budget: new AloneBudget(),
      large: new LargeCarts(),
      keyOf: (n) => n,
      needsOf: (n) => [`digit ${n % 10}`],
      hadNoEffect: () => true,
      together: async (batch) => {
        batches.push(batch);
        if (batch.some(isHeld)) throw new Error("lock timeout");
        return batch;
      },
      alone: async (n) => {
        alone.push(n);
        if (isHeld(n)) await new Promise<void>((resolve) => free.push(resolve));
        return n;
      },
    });
    return { batcher, batches, alone, free };
  }
  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  it("runs alone what needs the same as two who are stuck, and together again when that is over", async () => {
    const { batcher, batches, alone, free } = heldNeeds((n) => n % 10 === 3);
    const stuck = [13, 23].map((n) => batcher.ask(n));
    expect(await batcher.ask(1)).toBe(1);
    expect([batches, alone]).toEqual([[[13, 23, 1]], [13, 23, 1]]);
    await sleep(150);
    const third = batcher.ask(33);
    expect(await batcher.ask(2)).toBe(2);
    expect([batches.slice(1), alone.slice(3)]).toEqual([[[2]], [33]]);
    for (const letGo of free) letGo();
    expect(await Promise.all([...stuck, third])).toEqual([13, 23, 33]);
    await sleep(1_100);
    void batcher.ask(43);
    await turns(2);
    expect(batches.at(-1)).toEqual([43]);
  });

  it("takes what only one is stuck at for that one's own", async () => {
    const { batcher, batches, alone, free } = heldNeeds((n) => n === 13);
    const stuck = batcher.ask(13);
    await sleep(150);
    expect(await batcher.ask(23)).toBe(23);
    expect([batches, alone]).toEqual([[[13], [23]], [13]]);
    free[0]?.();
    expect(await stuck).toBe(13);
    const again = batcher.ask(13);
    await turns(2);
    // Kept out of a batch: the one before was stuck a moment ago.
    expect([batches.length, alone]).toEqual([2, [13, 13]]);
    free[1]?.();
    expect(await again).toBe(13);
  });

  it("lets innocents go past many who are stuck at the same", async () => {
    const { batcher, alone, free } = heldNeeds((n) => n % 10 === 3);
    const stuck = Array.from({ length: 10 }, (_, n) => batcher.ask(10 * n + 3));
    const innocents = [1, 2, 4, 5].map((n) => batcher.ask(n));
    expect(await Promise.all(innocents)).toEqual([1, 2, 4, 5]);
    // Four wait for it, and no more than three of the others have met it yet.
    expect(alone.filter((n) => n % 10 === 3).length).toBeLessThanOrEqual(7);
    for (let n = 0; n < 10; n += 1) {
      await sleep(5);
      free[n]?.();
    }
    expect(await Promise.all(stuck)).toHaveLength(10);
  });

  it("refuses the hundred-and-first that waits for one key, and nobody else", async () => {
    const { batcher, release } = heldBatches({ keyOf: (n) => n % 2 });
    const waiting = Array.from({ length: 101 }, (_, n) => batcher.ask(2 * n));
    expect(await batcher.ask(202).catch(({ code }) => code)).toBe("overloaded");
    const other = batcher.ask(1);
    for (let n = 0; n < 110; n += 1) {
      await turns(2);
      release[n]?.();
    }
    expect([await other, (await Promise.all(waiting)).length]).toEqual([1, 101]);
  });
});

it("works on two large carts at once, lets 50 requests for such wait, and refuses further ones", async () => {
  const { places } = new LargeCarts();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await turns(2);
    running -= 1;
    return "done";
  };
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => places.run(work).catch(({ code }) => code)),
  );
  expect(most).toBe(2);
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(52);
  expect(outcomes.filter((outcome) => outcome === "overloaded")).toHaveLength(48);
});
