/**
 * Every operation of the server over HTTP, at 1, 32 and 128 connections, with batching on and off, beside PostgreSQL alone
 * running the same statements one by one (pgbench). All on this machine and in turns, so that what counts, the ratios,
 * are of figures from the same minutes. Run: npm run bench [-- --sessions 10000 --seconds 3 --rounds 3 …]
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import { barsOf, ratiosOf, type ServerFigures } from "./bars.ts";
import type { Operation } from "./load.ts";
import { type Measured, measure, together } from "./measure.ts";
import { settingsOf, startPostgres } from "./postgres.ts";
import { BestReference, type ReferenceFigures, References } from "./references.ts";
import { keep, table } from "./report.ts";
import { startServer } from "./server.ts";
import { fill, prepare, type Run, restore } from "./sessions.ts";
import type { Reference } from "./statements.ts";

const { values: given } = parseArgs({
  options: {
    sessions: { type: "string", default: "10000" },
    operations: { type: "string", default: "add,set,remove,cart,session,store,create" },
    connections: { type: "string", default: "1,32,128" },
    clients: { type: "string", default: "4,8,16,32" },
    "warm-up": { type: "string", default: "1" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    /** `loop`: the bare loop, although there is a pgbench. */
    reference: { type: "string", default: "pgbench" },
    json: { type: "string" },
  },
});
const numbers = (list: string) => list.split(",").map(Number);
const [sessions, seconds, warmUp] = [Number(given.sessions), Number(given.seconds), Number(given["warm-up"])];
const operations = given.operations.split(",") as Exclude<Operation, "mixed">[];
const crowd = { sessions, active: sessions };

const postgres = await startPostgres();
const url = await postgres.create("bench");
const client = new pg.Client(url);
await client.connect();
const query: Run = (statement) => client.query(statement);
const { db, close } = await openDatabase(url, { patient: true });
await prepare(db);
await close();
await fill(query, 1, sessions);
const servers = {
  on: await startServer({ DATABASE_URL: url }),
  off: await startServer({ DATABASE_URL: url, BATCH: "off" }),
};
const references = new References(postgres, client, "bench", given.reference === "pgbench");

try {
  const measured: ServerFigures[] = [];
  const alone: ReferenceFigures[] = [];
  for (const operation of operations) {
    const statements: Reference[] = operation === "add" ? ["add", "bare upsert"] : [operation];
    const best = statements.map(
      (statement) =>
        new BestReference(statement, numbers(given.clients), async (clients, threads) => {
          const options = { reference: statement, sessions, clients, threads, warmUp, seconds };
          const result = await references.run(options);
          await restore(query, crowd, statement === "remove" ? result.transactions : 0);
          return result;
        }),
    );
    const runs = new Map<string, Measured[]>();
    for (let round = 0; round < Number(given.rounds); round += 1) {
      for (const connections of numbers(given.connections))
        for (const batching of round % 2 ? (["off", "on"] as const) : (["on", "off"] as const)) {
          const options = { ...crowd, operation, connections, warmUp, seconds };
          const run = await measure(servers[batching], postgres.pid, options);
          const key = `${connections} ${batching}`;
          runs.set(key, [...(runs.get(key) ?? []), run]);
          await restore(query, crowd, run.removals);
        }
      for (const reference of best) await reference.round();
    }
    for (const [key, all] of runs) {
      const [connections, batching] = key.split(" ") as [string, "on" | "off"];
      measured.push({ operation, connections: Number(connections), batching, ...together(all) });
    }
    alone.push(...best.map((reference) => reference.figures()));
    console.table(measured.filter((row) => row.operation === operation).map(rowOf));
    console.table(alone.slice(-best.length));
  }
  const ratios = ratiosOf(measured, alone);
  const memory = measured.filter(({ connections, batching }) => connections === 128 && batching === "on");
  const most = Math.max(...memory.map(({ memoryPeak }) => memoryPeak ?? Number.NaN));
  const processes = process.env.WEB_CONCURRENCY ?? "1";
  keep(
    {
      mode: "run",
      options: { ...given, processes, reference: references.name },
      bars: barsOf(ratios, most),
      figures: { ratios, servers: measured, references: alone },
      tables: [
        "CPU is in microseconds for each request, of the server's processes and of PostgreSQL's; memory in MiB, the server's.",
        table(measured.map(rowOf)),
        `PostgreSQL alone, by ${references.name}, at the client count that was best for each. It runs the statement that the server
sends for one request without batching, which answers with the whole cart; "bare upsert" is the least that any cart could do, and
answers with a line's id and quantity.`,
        table(alone.map(({ runs, ...row }) => row)),
      ].join("\n\n"),
      postgres: await settingsOf(client),
    },
    given.json,
  );
} finally {
  await Promise.all([servers.on.stop(), servers.off.stop()]);
  await client.end();
  await postgres.stop();
}

function rowOf({ operation, connections, batching, ...figures }: ServerFigures) {
  return {
    operation,
    connections,
    batching,
    "a second": Math.round(figures.perSecond),
    "p50 ms": figures.p50,
    "p99 ms": figures.p99,
    "server CPU": figures.serverCpu,
    "PostgreSQL CPU": figures.postgresCpu,
    "memory, most": figures.memoryPeak,
    "memory, last": figures.memoryLast,
    statuses: Object.entries(figures.statuses)
      .map(([status, count]) => `${count} × ${status}`)
      .join(", "),
  };
}
