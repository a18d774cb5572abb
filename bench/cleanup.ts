/**
 * Does the clean-up keep up? 1,000,000 expired and 100,000 live sessions with three lines each on PostgreSQL with its
 * default settings: sessions a second of the clean-up beside one plain `delete … where expires_at < now()`, its memory,
 * and what the server's answers cost while it runs. Run: npm run bench:cleanup [-- EXPIRED]
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import pg from "pg";
import { loadCatalog } from "../src/catalog/load.ts";
import { openDatabase } from "../src/db/database.ts";
import { migrateUp } from "../src/db/migrator.ts";
import { testCatalog } from "../test/helpers/catalog.ts";
import { startTorioki } from "../test/helpers/process.ts";
import { type BenchPostgres, startPostgres } from "./postgres.ts";

const EXPIRED = Number(process.argv[2] ?? 1_000_000);
const LIVE = EXPIRED / 10;
const LOAD = 150;

const server = await startPostgres();
try {
  await fill(server);
  const plain = await measurePlain(server);
  const results: Record<string, object> = { "one plain delete": { ...plain, ratio: 1 } };
  for (const batch of [1_000, 5_000, 10_000, 20_000]) {
    const own = await measureCleanup(server, batch);
    results[`batches of ${batch.toLocaleString("en")}`] = {
      ...own,
      ratio: round(own.perSecond / plain.perSecond),
    };
  }
  const again = await measurePlain(server);
  results["one plain delete, again"] = { ...again, ratio: round(again.perSecond / plain.perSecond) };
  console.table(results);
  console.table(await measureAnswers(server));
} finally {
  await server.stop();
}

async function fill({ create }: BenchPostgres): Promise<void> {
  const url = await create("filled");
  const { db, close } = await openDatabase(url, { patient: true });
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
  await close();
  const client = new pg.Client(url);
  await client.connect();
  // Rows that fit need not be checked one by one.
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into guest_sessions (session_id, expires_at)
     select encode(sha256(n::text::bytea), 'hex'), case
       when n % 11 = 0 then now() + interval '1 day'
       else now() - make_interval(secs => (${EXPIRED + LIVE} - n) / 100.0)
     end from generate_series(1, ${EXPIRED + LIVE}) n`,
  );
  await client.query(
    "insert into guest_cart_items (session_id, menu_id) select session_id, m from guest_sessions, generate_series(1000, 1002) m",
  );
  for (const statement of ["vacuum analyze guest_sessions", "vacuum analyze guest_cart_items", "checkpoint"])
    await client.query(statement);
  await client.end();
}

/** A copy of the filled database, with the disk at rest. */
async function copy({ create, url }: BenchPostgres, name: string): Promise<string> {
  const made = await create(name, "filled");
  const client = new pg.Client(url("postgres"));
  await client.connect();
  await client.query("checkpoint");
  await client.end();
  return made;
}

async function drop({ url }: BenchPostgres, name: string): Promise<void> {
  const client = new pg.Client(url("postgres"));
  await client.connect();
  await client.query(`drop database ${name} with (force)`);
  await client.end();
}

async function measurePlain(postgres: BenchPostgres) {
  const client = new pg.Client(await copy(postgres, "plain"));
  await client.connect();
  const start = performance.now();
  const { rowCount } = await client.query("delete from guest_sessions where expires_at < now()");
  const seconds = (performance.now() - start) / 1_000;
  await client.end();
  await drop(postgres, "plain");
  return { sessions: rowCount, seconds: round(seconds), perSecond: Math.round((rowCount ?? 0) / seconds) };
}

async function measureCleanup(postgres: BenchPostgres, batch: number) {
  const run = startCleanup(await copy(postgres, "cleaned"), batch);
  const { report, memory } = await run;
  await drop(postgres, "cleaned");
  const { sessions, lines, batches, seconds } = report;
  return { sessions, lines, batches, seconds, perSecond: Math.round(sessions / seconds), ...memory };
}

type Report = { sessions: number; lines: number; batches: number; seconds: number };

/** `torioki cleanup` as an operator runs it, and how much memory it had at a tenth of its way, at most, and at its end. */
async function startCleanup(url: string, batch?: number) {
  const child = spawn(
    process.execPath,
    ["src/cli.ts", "cleanup", "--json", ...(batch ? ["--batch", `${batch}`] : [])],
    { env: { ...process.env, DATABASE_URL: url } },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const sampled: number[] = [];
  const sampling = setInterval(() => {
    const resident = /VmRSS:\s+(\d+) kB/.exec(statusOf(child.pid))?.[1];
    if (resident) sampled.push(Math.round(Number(resident) / 1_024));
  }, 200);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(sampling);
  if (code !== 0) throw new Error(`cleanup ended with ${code}`);
  return {
    report: JSON.parse(output) as Report,
    memory: {
      "MiB early": sampled[Math.floor(sampled.length / 10)],
      "MiB most": Math.max(...sampled),
      "MiB at the end": sampled.at(-1),
    },
  };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

/** The same load on the same server, without a clean-up, with one, and without again. */
async function measureAnswers(postgres: BenchPostgres) {
  const url = await copy(postgres, "served");
  const torioki = await startTorioki({ DATABASE_URL: url, CLEANUP_CRON: "off", LOG_LEVEL: "info" });
  const load = async (seconds: number) => {
    const child = spawn(process.execPath, ["bench/steady-load.ts", torioki.url, `${LOAD}`, `${seconds}`]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.once("close", resolve));
    const { requests, failed, p50, p99, most } = JSON.parse(output);
    return { requests, failed: JSON.stringify(failed), p50: round(p50), p99: round(p99), most: round(most) };
  };
  await load(5);
  const before = await load(20);
  const cleaning = startCleanup(url);
  const during = await load(20);
  const { report } = await cleaning;
  const after = await load(20);
  await torioki.stop();
  const calm = (before.p99 + after.p99) / 2;
  return {
    "before the clean-up": { ...before, "p99 ratio": round(before.p99 / calm) },
    [`while it runs (${report.seconds} s)`]: { ...during, "p99 ratio": round(during.p99 / calm) },
    "after it": { ...after, "p99 ratio": round(after.p99 / calm) },
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
