/** The pool answers when the test says so; a real one's answers come in whatever order the moment brings. */
import type pg from "pg";
import { expect, it } from "vitest";
import { connectionsOf } from "./connections.ts";

function startPool() {
  const asked: PromiseWithResolvers<pg.PoolClient>[] = [];
  let released = 0;
  const pool = {
    connect: () => {
      const answer = Promise.withResolvers<pg.PoolClient>();
      asked.push(answer);
      return answer.promise;
    },
  } as pg.Pool;
  const client = {
    release: () => {
      released += 1;
    },
  } as unknown as pg.PoolClient;
  return { asked, client, connections: connectionsOf(pool), released: () => released };
}

const outcomeOf = (taken: Promise<unknown>) =>
  taken.then(
    () => "a connection",
    (error: Error) => error.message,
  );
const late = "timeout exceeded when waiting for a connection";
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("refuses nobody in the place of one who has left", async () => {
  const { asked, client, connections } = startPool();
  const first = outcomeOf(connections.take(20));
  const second = outcomeOf(connections.take(5_000));
  expect(await first).toBe(late);
  // The pool's own timeout for the first, which its timer has removed already.
  asked[0]?.reject(new Error("timeout exceeded when trying to connect"));
  expect(await Promise.race([second, pause(50)])).toBeUndefined();
  asked[1]?.resolve(client);
  expect(await second).toBe("a connection");
});

it("refuses one for each answer that the pool still owes too few", async () => {
  const { asked, client, connections } = startPool();
  const both = [outcomeOf(connections.take(5_000)), outcomeOf(connections.take(5_000))];
  asked[0]?.reject(new Error("away"));
  asked[1]?.resolve(client);
  expect(await Promise.all(both)).toEqual(["away", "a connection"]);
});

it("gives a connection that comes late to the next, or back to the pool", async () => {
  const { asked, client, connections, released } = startPool();
  expect(await outcomeOf(connections.take(10))).toBe(late);
  const next = outcomeOf(connections.take(5_000));
  expect(asked).toHaveLength(1);
  asked[0]?.resolve(client);
  expect(await next).toBe("a connection");
  expect(await outcomeOf(connections.take(10))).toBe(late);
  asked[1]?.resolve(client);
  await pause(10);
  expect(released()).toBe(1);
});
