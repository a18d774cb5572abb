/**
 * Session look-ups a second over HTTP with Redis and without, and how many statements PostgreSQL saw in each case.
 * Server, PostgreSQL, Redis and the load share this machine. Run: npm run bench:look-ups
 */
import { spawn } from "node:child_process";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import { migrateUp } from "../src/db/migrator.ts";
import { httpClient } from "../test/helpers/http-client.ts";
import { getPort } from "../test/helpers/ports.ts";
import { startTorioki } from "../test/helpers/process.ts";
import { startPostgres } from "./postgres.ts";

const CONNECTIONS = 32;
const SESSIONS = 1_000;
const SECONDS = 6;
const ROUNDS = 3;

const postgres = await startPostgres();
const redisPort = await getPort();
const redis = spawn("redis-server", ["--port", `${redisPort}`, "--save", "", "--appendonly", "no"], {
  stdio: "ignore",
});
const { call, close: closeClient } = httpClient(CONNECTIONS);
try {
  const url = await postgres.create("bench");
  const { db, close } = await openDatabase(url, { patient: true });
  await migrateUp(db);
  await close();
  const watcher = new pg.Client(url);
  await watcher.connect();

  const rows: { "look-ups": string; "a second": number; [figure: string]: unknown }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const withRedis of [false, true]) {
      const torioki = await startTorioki({
        DATABASE_URL: url,
        CLEANUP_CRON: "off",
        ...(withRedis ? { REDIS_URL: `redis://127.0.0.1:${redisPort}` } : {}),
      });
      const cookies: string[] = [];
      for (let n = 0; n < SESSIONS; n += 1)
        cookies.push((await call("POST", `${torioki.url}/api/guest/session`)).cookie ?? "");
      // Each session once, so that what is measured is not the first look at each.
      for (let n = 0; n < SESSIONS; n += CONNECTIONS)
        await Promise.all(
          cookies
            .slice(n, n + CONNECTIONS)
            .map((cookie) => call("GET", `${torioki.url}/api/guest/session`, { cookie })),
        );
      const before = await statements(watcher);
      const { count, times } = await lookUp(torioki.url, cookies, SECONDS);
      const seen = (await statements(watcher)) - before;
      times.sort((a, b) => a - b);
      const quantile = (share: number) =>
        Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
      rows.push({
        round,
        "look-ups": withRedis ? "with Redis" : "without",
        "a second": Math.round(count / SECONDS),
        "statements a look-up": Math.round((seen / count) * 1_000) / 1_000,
        p50: quantile(0.5),
        p99: quantile(0.99),
      });
      await torioki.stop();
    }
  }
  console.table(rows);
  const rate = (kind: string) =>
    rows.filter((row) => row["look-ups"] === kind).reduce((sum, row) => sum + row["a second"], 0) / ROUNDS;
  console.log(`with Redis ÷ without: ${(rate("with Redis") / rate("without")).toFixed(2)}`);
  await watcher.end();
} finally {
  closeClient();
  redis.kill();
  await postgres.stop();
}

/** Transactions that PostgreSQL has counted; each statement of the server's is one. Its own counting lags by a second. */
async function statements(watcher: pg.Client): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows } = await watcher.query(
    "select xact_commit::int as n from pg_stat_database where datname = current_database()",
  );
  return rows[0].n;
}

async function lookUp(url: string, cookies: string[], seconds: number) {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, lane) => {
      for (let n = lane; performance.now() < end; n += CONNECTIONS) {
        const start = performance.now();
        const { status } = await call("GET", `${url}/api/guest/session`, {
          cookie: cookies[n % cookies.length],
        });
        if (status !== 200) throw new Error(`a look-up was answered ${status}`);
        times.push(performance.now() - start);
      }
    }),
  );
  return { count: times.length, times };
}
