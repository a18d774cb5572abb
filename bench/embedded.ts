/**
 * What batching is worth on the embedded database (PGlite): adds over HTTP with it and without, in turns.
 * Run: npm run bench:embedded [-- --sessions 10000 --seconds 3 --rounds 5 …]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { PGlite } from "@electric-sql/pglite";
import { openEmbedded } from "../src/db/database.ts";
import { type Measured, measure, together } from "./measure.ts";
import { bar, keep, table } from "./report.ts";
import { type BenchServer, startServer } from "./server.ts";
import { fill, prepare } from "./sessions.ts";

const { values: given } = parseArgs({
  options: {
    sessions: { type: "string", default: "10000" },
    connections: { type: "string", default: "1,32" },
    "warm-up": { type: "string", default: "2" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
    json: { type: "string" },
  },
});
const sessions = Number(given.sessions);
const folder = mkdtempSync(join(tmpdir(), "torioki-bench-"));
const servers: Partial<Record<"on" | "off", BenchServer>> = {};
try {
  // Each a database of its own: one is for one process.
  for (const batching of ["on", "off"] as const) {
    const DATA_DIR = join(folder, batching);
    const { db, lite, close } = await openEmbedded(DATA_DIR);
    await prepare(db);
    await fill((statement) => (lite as PGlite).exec(statement), 1, sessions);
    await close();
    servers[batching] = await startServer({ DATA_DIR, ...(batching === "off" ? { BATCH: "off" } : {}) });
  }
  const rows: (ReturnType<typeof together> & { connections: number; batching: "on" | "off" })[] = [];
  for (const connections of given.connections.split(",").map(Number)) {
    const runs: Record<"on" | "off", Measured[]> = { on: [], off: [] };
    for (let round = 0; round < Number(given.rounds); round += 1)
      for (const batching of round % 2 ? (["off", "on"] as const) : (["on", "off"] as const))
        runs[batching].push(
          await measure(servers[batching] as BenchServer, undefined, {
            sessions,
            active: sessions,
            operation: "add",
            connections,
            warmUp: Number(given["warm-up"]),
            seconds: Number(given.seconds),
          }),
        );
    for (const batching of ["on", "off"] as const)
      rows.push({ connections, batching, ...together(runs[batching]) });
  }
  const adds = (batching: "on" | "off") =>
    rows.find((row) => row.connections === 32 && row.batching === batching)?.perSecond;
  const ratio = (adds("on") ?? Number.NaN) / (adds("off") ?? Number.NaN);
  const shown = rows.map(({ connections, batching, perSecond, p50, p99, serverCpu, memoryPeak, runs }) => ({
    connections,
    batching,
    "adds a second": Math.round(perSecond),
    "p50 ms": p50,
    "p99 ms": p99,
    "CPU, µs each": serverCpu,
    "memory, MiB": memoryPeak,
    rounds: runs.map(Math.round).join(", "),
  }));
  console.table(shown);
  keep(
    {
      mode: "embedded",
      options: { ...given },
      bars: bar("embedded PGlite: adds/s with batching ÷ without, 32 connections,", ratio, "≥", 2),
      figures: { ratios: { batching: ratio }, servers: rows },
      tables: table(shown),
    },
    given.json,
  );
} finally {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
