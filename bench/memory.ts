/**
 * Does the server's memory stay where it is? 128 connections of mixed operations for ten minutes, its memory every five
 * seconds: the second minute (the first one warms it up) beside the last. Run: npm run bench:memory [-- --minutes 10 …]
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import { measure, median } from "./measure.ts";
import { settingsOf, startPostgres } from "./postgres.ts";
import { type Bar, keep, table } from "./report.ts";
import { startServer } from "./server.ts";
import { fill, prepare } from "./sessions.ts";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    sessions: { type: "string", default: "10000" },
    connections: { type: "string", default: "128" },
    json: { type: "string" },
  },
});
const [minutes, sessions, connections] = [given.minutes, given.sessions, given.connections].map(Number) as [
  number,
  number,
  number,
];
if (minutes < 3) throw new Error("takes three minutes or more: the second is held beside the last");
const EVERY = 5;

const postgres = await startPostgres();
const url = await postgres.create("bench");
const { db, close } = await openDatabase(url, { patient: true });
await prepare(db);
await close();
const client = new pg.Client(url);
await client.connect();
await fill((statement) => client.query(statement), 1, sessions);
const settings = await settingsOf(client);
await client.end();
const server = await startServer({ DATABASE_URL: url });
try {
  const begin = performance.now();
  /** Minutes since the load began, MiB. */
  const samples: [at: number, memory: number][] = [];
  const result = await measure(
    server,
    postgres.pid,
    {
      sessions,
      active: sessions,
      operation: "mixed",
      connections,
      warmUp: 0,
      seconds: minutes * 60,
    },
    (memory) => {
      const at = (performance.now() - begin) / 60_000;
      if (at * 60 < samples.length * EVERY) return;
      samples.push([at, memory]);
      if (samples.length % 12 === 1) console.log(`minute ${at.toFixed(0)}: ${memory.toFixed(0)} MiB`);
    },
  );
  const [second, last] = [minute(1), minute(minutes - 1)];
  const most = Math.max(...samples.map(([, memory]) => memory));
  const slope = slopeOf(samples.filter(([at]) => at >= 1)) * 60;
  const growth = last.median / second.median;
  const bars: Bar[] = [
    {
      bar: `memory of the server under ${connections} connections for ${minutes} minutes, MiB at most, ≤ 200`,
      measured: most.toFixed(0),
      met: most <= 200,
    },
    {
      bar: "memory in the last minute ÷ in the second (medians; flat: within 5 %) ≤ 1.05",
      measured: growth.toFixed(2),
      met: growth <= 1.05,
    },
  ];
  const { perSecond, p50, p99, statuses } = result;
  keep(
    {
      mode: "memory",
      options: { ...given },
      bars,
      figures: { ratios: { growth }, second, last, most, slope, perSecond, p50, p99, statuses, samples },
      tables: [
        `${Math.round(perSecond)} requests a second (p50 ${p50} ms, p99 ${p99} ms). The memory's trend from the second minute on is ${slope.toFixed(1)} MiB an hour.`,
        table([
          { "MiB in": "the second minute", ...second },
          { "MiB in": "the last minute", ...last },
        ]),
      ].join("\n\n"),
      postgres: settings,
    },
    given.json,
  );

  function minute(from: number) {
    const within = samples.filter(([at]) => at >= from && at < from + 1).map(([, memory]) => memory);
    return {
      least: Math.round(Math.min(...within)),
      median: Math.round(median(within) as number),
      most: Math.round(Math.max(...within)),
    };
  }
} finally {
  await server.stop();
  await postgres.stop();
}

/** By least squares. */
function slopeOf(points: [x: number, y: number][]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const sum = (term: (dx: number, dy: number) => number) =>
    points.reduce((total, [at, value]) => total + term(at - x, value - y), 0);
  return sum((dx, dy) => dx * dy) / sum((dx) => dx * dx);
}
