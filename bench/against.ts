/**
 * The server of this checkout beside the servers of others (of the commit before, say), on one database and in turns: what a change
 * costs or saves. A checkout needs its own node_modules and dist. The tables have to be the same in all of them. Run:
 *   git worktree add ../before HEAD~1
 *   npm run bench:against -- ../before
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import type { Operation } from "./load.ts";
import { type Measured, measure, together } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import { startServer } from "./server.ts";
import { fill, prepare, restore } from "./sessions.ts";

const { values: given, positionals: others } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: "string", default: "5000" },
    operations: { type: "string", default: "add,cart,session,create" },
    connections: { type: "string", default: "1,128" },
    "warm-up": { type: "string", default: "1" },
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "4" },
  },
});
if (others.length === 0)
  throw new Error("name the checkouts to measure against: npm run bench:against -- ../before");
const sessions = Number(given.sessions);
const crowd = { sessions, active: sessions };

const postgres = await startPostgres();
const url = await postgres.create("bench");
const client = new pg.Client(url);
await client.connect();
const query = (statement: string) => client.query(statement);
const { db, close } = await openDatabase(url, { patient: true });
await prepare(db);
await close();
await fill(query, 1, sessions);
const checkouts = [".", ...others];
const servers = await Promise.all(checkouts.map((checkout) => startServer({ DATABASE_URL: url }, checkout)));

try {
  for (const operation of given.operations.split(",") as Exclude<Operation, "mixed">[]) {
    for (const connections of given.connections.split(",").map(Number)) {
      const runs: Measured[][] = servers.map(() => []);
      for (let round = 0; round < Number(given.rounds); round += 1) {
        // Each begins as often as any other.
        for (const place of servers.keys()) {
          const n = (place + round) % servers.length;
          const [warmUp, seconds] = [Number(given["warm-up"]), Number(given.seconds)];
          const options = { ...crowd, operation, connections, warmUp, seconds };
          const run = await measure(servers[n] as (typeof servers)[number], postgres.pid, options);
          runs[n]?.push(run);
          await restore(query, crowd, run.removals);
        }
      }
      console.table(rowsOf(operation, connections, runs));
    }
  }
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await client.end();
  await postgres.stop();
}

function rowsOf(operation: Operation, connections: number, runs: Measured[][]) {
  const all = runs.map((ofOne) => together(ofOne));
  return all.map(({ perSecond, p50, p99, serverCpu, postgresCpu }, n) => ({
    operation,
    connections,
    checkout: checkouts[n],
    "a second": Math.round(perSecond),
    "this ÷ it": Math.round(((all[0]?.perSecond ?? Number.NaN) / perSecond) * 100) / 100,
    "p50 ms": p50,
    "p99 ms": p99,
    "server CPU": serverCpu,
    "PostgreSQL CPU": postgresCpu,
  }));
}
