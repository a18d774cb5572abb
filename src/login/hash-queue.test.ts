import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Deadline, underDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { HashQueue, hashLimits } from "./hash-queue.ts";

const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === "rejected" ? (result.reason as ToriokiError).code : "done";

describe("a queue of hashes", () => {
  it("has never more than its limit at work, lets 50 wait, and refuses the rest at once", async () => {
    const queue = new HashQueue({ running: 2, waiting: 50 });
    let atWork = 0;
    let most = 0;
    const order: number[] = [];
    const hash = (n: number) => async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      order.push(n);
      await setTimeout(1);
      atWork -= 1;
    };
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => queue.withPlace(() => queue.inTurn(hash(n)))),
    );
    expect(most).toBe(2);
    expect(results.slice(0, 52).map(codeOf)).toEqual(Array(52).fill("done"));
    expect(results.slice(52).map(codeOf)).toEqual(Array(48).fill("overloaded"));
    expect(order).toEqual(Array.from({ length: 52 }, (_, n) => n));
  });

  it("refuses the client that has most waiting, and hashes for all clients in turn", async () => {
    const queue = new HashQueue({ running: 1, waiting: 10 });
    const order: string[] = [];
    const ask = (client: string) =>
      underDeadline(new Deadline(60_000, () => client), () =>
        queue.withPlace(() =>
          queue.inTurn(async () => {
            order.push(client);
            await setTimeout(1);
          }),
        ),
      );
    const flood = Promise.allSettled(Array.from({ length: 30 }, () => ask("flood")));
    await Promise.all([ask("owner"), ask("another")]);
    expect(order.slice(0, 4).sort()).toEqual(["another", "flood", "flood", "owner"]);
    const codes = (await flood).map(codeOf);
    expect(codes.filter((code) => code === "done")).toHaveLength(9);
    expect(codes.filter((code) => code === "overloaded")).toHaveLength(21);
  });

  it("refuses whoever has waited too long, and goes on with the others", async () => {
    const queue = new HashQueue({ running: 1, waiting: 10 }, 40);
    const first = Promise.withResolvers<string>();
    const ask = (hash: () => Promise<string>) =>
      Promise.allSettled([queue.withPlace(() => queue.inTurn(hash))]);
    const waits = [ask(() => first.promise), ask(async () => "late")];
    await setTimeout(60);
    waits.push(ask(async () => "in time"));
    first.resolve("first");
    expect((await Promise.all(waits)).flat().map(codeOf)).toEqual(["done", "overloaded", "done"]);
    expect(await queue.withPlace(() => queue.inTurn(async () => "next"))).toBe("next");
  });

  it("refuses the client that has most places, also where none of them has come to its hash yet", async () => {
    const queue = new HashQueue({ running: 1, waiting: 10 });
    const lookUp = Promise.withResolvers<void>();
    const ask = (client: string, before = Promise.resolve()) =>
      underDeadline(new Deadline(60_000, () => client), () =>
        queue.withPlace(async () => {
          await before;
          return queue.inTurn(async () => client);
        }),
      );
    const flood = Promise.allSettled(Array.from({ length: 11 }, () => ask("flood", lookUp.promise)));
    expect(await ask("owner")).toBe("owner");
    lookUp.resolve();
    const codes = (await flood).map(codeOf);
    expect(codes.filter((code) => code === "overloaded")).toHaveLength(1);
    expect(await Promise.all(Array.from({ length: 11 }, () => ask("flood")))).toHaveLength(11);
  });

  it("gives a place and a turn back after a hash that failed", async () => {
    const queue = new HashQueue({ running: 1, waiting: 0 });
    for (let n = 0; n < 3; n += 1) {
      const fail = queue.withPlace(() => queue.inTurn(() => Promise.reject(new Error("no"))));
      await expect(fail).rejects.toThrow("no");
    }
    await expect(queue.withPlace(() => queue.inTurn(async () => 1))).resolves.toBe(1);
  });

  it("keeps a place for work that has not come to its hash yet", async () => {
    const queue = new HashQueue({ running: 1, waiting: 1 });
    const waiting = Promise.withResolvers<void>();
    const works = [1, 2].map(() => queue.withPlace(() => waiting.promise));
    await expect(queue.withPlace(async () => {})).rejects.toThrow(ToriokiError);
    waiting.resolve();
    await Promise.all(works);
    await queue.withPlace(async () => {});
  });
});

it.each([
  // processes, cores -> at once, waiting
  [1, 1, 1, 50],
  [1, 2, 1, 50],
  [1, 4, 3, 50],
  [1, 64, 4, 50],
  [2, 4, 1, 25],
  [4, 4, 1, 12],
])("%i processes on %i cores: %i hashes at once, %i wait", (processes, cores, running, waiting) => {
  expect(hashLimits(processes, cores)).toEqual({ running, waiting });
});
