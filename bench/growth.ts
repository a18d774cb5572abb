/**
 * What an operation costs as the table grows, from 10,000 sessions to 5,000,000 of three lines each, at 128 connections: CPU
 * of server and PostgreSQL for each request, and the time that it takes of the machine (1 ÷ requests a second).
 *
 * Two kinds of crowd: so many visitors (10,000) among ever more sessions, as on a site whose table is full of carts left
 * behind; and all sessions alike, of which every request finds another one that nobody has asked for in a long time.
 * Run: npm run bench:growth [-- --sizes 10000,100000,1000000,5000000 …]
 */
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import type { Operation } from "./load.ts";
import { type Measured, measure, together } from "./measure.ts";
import { settingsOf, startPostgres } from "./postgres.ts";
import { type Bar, bar, keep, table } from "./report.ts";
import { type BenchServer, startServer } from "./server.ts";
import { fill, prepare, restore } from "./sessions.ts";

const { values: given } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,100000,1000000,5000000" },
    operations: { type: "string", default: "add,cart,session,set,remove,store" },
    connections: { type: "string", default: "128" },
    "warm-up": { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
  },
});
const sizes = given.sizes.split(",").map(Number);
const operations = given.operations.split(",") as Operation[];
const smallest = sizes[0] as number;
/** A session with its lines and indexes takes 1,120 (measured at 5,000,000); the rest is room to sort and to log it. */
const BYTES = 1_600;
checkRoom(sizes.reduce((sum, size) => sum + size, 0) * BYTES + 2 * 2 ** 30);

type Row = ReturnType<typeof together> & { size: number; crowd: "visitors" | "all"; operation: Operation };
/** Each size has a database and a server of its own, so that sizes are measured in turns, not an hour apart. */
type Place = { size: number; client: pg.Client; server: BenchServer };
const rows: Row[] = [];
const places: Place[] = [];
const filled: { sessions: number; "filled in seconds": number; gigabytes: number }[] = [];

const postgres = await startPostgres();
try {
  for (const size of sizes) places.push(await makePlace(size));
  for (const operation of operations)
    for (const crowd of ["visitors", "all"] as const) {
      rows.push(...(await measureAll(operation, crowd)));
      console.table(rows.filter((row) => row.operation === operation && row.crowd === crowd).map(rowOf));
    }
  report(await settingsOf((places[0] as Place).client));
} finally {
  for (const { server, client } of places) {
    await server.stop();
    await client.end();
  }
  await postgres.stop();
}

async function makePlace(size: number): Promise<Place> {
  const url = await postgres.create(`sessions_${size}`);
  const { db, close } = await openDatabase(url, { patient: true });
  await prepare(db);
  await close();
  const client = new pg.Client(url);
  await client.connect();
  const start = performance.now();
  await fill((statement) => client.query(statement), 1, size);
  const seconds = Math.round((performance.now() - start) / 1_000);
  const { rows } = await client.query("select pg_database_size(current_database())::float8 as bytes");
  const gigabytes = Math.round(rows[0].bytes / 1e7) / 100;
  console.log(`${size.toLocaleString("en")} sessions: filled in ${seconds} s, ${gigabytes} GB`);
  filled.push({ sessions: size, "filled in seconds": seconds, gigabytes });
  return { size, client, server: await startServer({ DATABASE_URL: url }) };
}

async function measureAll(operation: Operation, crowd: Row["crowd"]): Promise<Row[]> {
  const runs = new Map<number, Measured[]>();
  for (let round = 0; round < Number(given.rounds); round += 1)
    for (const { size, client, server } of round % 2 ? places.toReversed() : places) {
      const numbers = { sessions: size, active: crowd === "all" ? size : smallest };
      const run = await measure(server, postgres.pid, {
        ...numbers,
        operation,
        connections: Number(given.connections),
        warmUp: Number(given["warm-up"]),
        seconds: Number(given.seconds),
      });
      runs.set(size, [...(runs.get(size) ?? []), run]);
      if (operation !== "cart" && operation !== "session")
        await restore((statement) => client.query(statement), numbers, run.removals);
    }
  return [...runs].map(([size, all]) => ({ size, crowd, operation, ...together(all) }));
}

function cpuOf({ serverCpu, postgresCpu }: Row): number | undefined {
  return serverCpu === undefined || postgresCpu === undefined ? undefined : serverCpu + postgresCpu;
}

/** Beside the smallest table. */
function ratiosOf(row: Row): { cpu: number | undefined; time: number } {
  const least = rows.find(
    ({ size, operation, crowd }) => size === smallest && operation === row.operation && crowd === row.crowd,
  ) as Row;
  const [cpu, cpuThen] = [cpuOf(row), cpuOf(least)];
  return { cpu: cpu && cpuThen && cpu / cpuThen, time: least.perSecond / row.perSecond };
}

function rowOf(row: Row) {
  const ratios = ratiosOf(row);
  return {
    sessions: row.size,
    asked: row.crowd === "all" ? "all alike" : `${smallest.toLocaleString("en")} of them`,
    operation: row.operation,
    "a second": Math.round(row.perSecond),
    "p50 ms": row.p50,
    "p99 ms": row.p99,
    "server CPU": row.serverCpu,
    "PostgreSQL CPU": row.postgresCpu,
    "CPU ratio": ratios.cpu && Math.round(ratios.cpu * 100) / 100,
    "time ratio": Math.round(ratios.time * 100) / 100,
    "memory, MiB": row.memoryPeak,
  };
}

function report(settings: Record<string, string>): void {
  const largest = sizes.at(-1) as number;
  const name = (size: number) => size.toLocaleString("en");
  const bars = (["visitors", "all"] as const).flatMap((crowd): Bar[] =>
    (["cpu", "time"] as const).flatMap((cost) => {
      const ratios = rows
        .filter((row) => row.size === largest && row.crowd === crowd)
        .flatMap((row) => {
          const ratio = ratiosOf(row)[cost];
          return ratio === undefined ? [] : [{ ratio, operation: row.operation }];
        });
      const worst = ratios.sort((a, b) => b.ratio - a.ratio)[0];
      const whom = crowd === "all" ? "all sessions alike" : `${name(smallest)} visitors`;
      const what = `${cost === "cpu" ? "CPU" : "time"} for each operation at ${name(largest)} sessions ÷ at ${name(smallest)} (${whom}; most: ${worst?.operation})`;
      return bar(what, worst?.ratio, "≤", 1.25);
    }),
  );
  keep(
    {
      mode: "growth",
      options: { ...given },
      bars,
      figures: { filled, rows: rows.map((row) => ({ ...row, ratios: ratiosOf(row) })) },
      tables: [
        "CPU is in microseconds for each request. Ratios are to the same operation on the smallest table.",
        table(rows.map(rowOf)),
        "Making the databases:",
        table(filled),
      ].join("\n\n"),
      postgres: settings,
    },
    given.json,
  );
}

function checkRoom(needed: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  const show = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  console.log(`needs about ${show(needed)} in ${tmpdir()}, where ${show(bavail * bsize)} are free`);
  if (bavail * bsize > needed) return;
  console.error("not enough: name smaller --sizes, or another folder in TMPDIR");
  process.exit(1);
}
