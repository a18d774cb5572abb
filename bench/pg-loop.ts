/**
 * The reference where there is no pgbench: a process that runs a statement one by one on each of its connections, with
 * nothing but `pg`. Prints one line of JSON. Run by bench/references.ts: node bench/pg-loop.ts '{"url":…}'
 */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { ReferenceOptions, ReferenceResult } from "./pgbench.ts";
import { dishOf, LINES, lineOf, mostRemovals, removable, sessionIdOf } from "./sessions.ts";
import { compiled, fillIn, type Reference, type Values } from "./statements.ts";

export type LoopOptions = ReferenceOptions & { url: string };

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));

async function run(options: LoopOptions): Promise<Omit<ReferenceResult, "postgresCpu">> {
  const { url, reference, sessions, clients, warmUp, seconds } = options;
  const { text, parameters } = compiled(reference);
  const connections = await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client(url);
      await client.connect();
      return client;
    }),
  );
  const begin = performance.now() + warmUp * 1_000;
  const end = begin + seconds * 1_000;
  let [transactions, measured, last, next] = [0, 0, begin, 0];
  await Promise.all(
    connections.map(async (client) => {
      while (performance.now() < end) {
        const values = valuesOf(reference, sessions, next++);
        if (values === undefined) break;
        const filled = parameters.map((parameter) => fillIn(parameter, values));
        await client.query({ name: "one", text, values: filled });
        transactions += 1;
        const now = performance.now();
        if (now < begin || now > end) continue;
        last = now;
        measured += 1;
      }
    }),
  );
  await Promise.all(connections.map((client) => client.end()));
  return { perSecond: Math.round((measured / (last - begin)) * 1_000), transactions };
}

/** undefined: there is nothing left to remove. */
export function valuesOf(reference: Reference, sessions: number, count: number): Values<unknown> | undefined {
  let [n, line] = [1 + Math.floor(Math.random() * sessions), 0];
  const crowd = { sessions, active: sessions };
  if (reference === "remove") {
    if (count >= mostRemovals(crowd)) return undefined;
    [n, line] = removable(count, crowd);
  }
  return {
    session: reference === "create" ? randomBytes(32).toString("hex") : sessionIdOf(n),
    dish: dishOf(Math.floor(Math.random() * (LINES + 1))),
    line: lineOf(n, line),
    quantity: reference === "set" ? 1 + (count % 50) : 1,
  };
}
