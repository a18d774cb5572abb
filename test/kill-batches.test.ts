/**
 * Adds under load, many in every batch, while the server and PostgreSQL are killed. Loader, PostgreSQL and server are
 * processes of their own. Whatever was acknowledged is stored, and nothing is stored that was not asked for.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadCatalog } from "../src/catalog/load.ts";
import { openDatabase } from "../src/db/database.ts";
import { migrateUp } from "../src/db/migrator.ts";
import { testCatalog } from "./helpers/catalog.ts";
import { Ledger, tokenOf } from "./helpers/ledger.ts";
import { getPort } from "./helpers/ports.ts";
import { type RunningProcess, startTorioki, temporaryFolder } from "./helpers/process.ts";

const KILLS = 20;
const SESSIONS = 2_000;
const CONNECTIONS = 64;
const seed = Date.now() % 1_000_000;

const { folder, remove } = temporaryFolder();
let postgres: ChildProcess;
let lines: AsyncIterator<string>;
let url: string;
let port: string;
let server: RunningProcess;

beforeAll(async () => {
  postgres = spawn(process.execPath, ["test/helpers/killable-postgres.ts"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  lines = createInterface(postgres.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  url = (await lines.next()).value as string;
  const { db, close } = await openDatabase(url, { patient: true });
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
  await close();
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `insert into guest_sessions (session_id, selected_store_id, expires_at)
     select s, 4, now() + interval '1 day' from unnest($1::varchar[]) s`,
    [Array.from({ length: SESSIONS }, (_, n) => sessionIdOf(n + 1))],
  );
  await client.end();
  port = `${await getPort()}`;
  server = await start();
}, 120_000);
afterAll(async () => {
  await server.stop();
  postgres.stdin?.end();
  await once(postgres, "exit");
  remove();
});

const start = () => startTorioki({ DATABASE_URL: url, PORT: port, CLEANUP_CRON: "off" });
const sessionIdOf = (session: number) => createHash("sha256").update(tokenOf(session)).digest("hex");

async function killServer(): Promise<void> {
  await server.stop("SIGKILL");
  server = await start();
}

async function killPostgres(): Promise<void> {
  postgres.stdin?.write("kill\n");
  await lines.next();
}

it.each([
  ["the server", killServer, "x"],
  ["PostgreSQL", killPostgres, "!"],
] as const)(
  `acknowledged <= stored <= attempted, ${KILLS} kills of %s`,
  async (what, kill, cutMark) => {
    const path = join(folder, `${what}.txt`);
    const ledger = new Ledger(path);
    const before = await stored();
    const loader = spawn(
      process.execPath,
      ["test/helpers/add-loader.ts", server.url, `${seed}`, path, `${SESSIONS}`, `${CONNECTIONS}`],
      { stdio: ["pipe", "inherit", "inherit"] },
    );
    const acknowledged = async (count: number) => {
      const target = ledger.count("+") + count;
      for (let tries = 0; ledger.count("+") < target && tries < 2_000; tries += 1) await sleep(10);
    };
    await sleep(1_000);
    let kills = 0;
    for (let tries = 0; kills < KILLS && tries < 3 * KILLS; tries += 1) {
      await acknowledged(200);
      await sleep(Math.random() * 50);
      const cut = ledger.count(cutMark);
      await kill();
      await sleep(50);
      // A kill with no request in flight shows nothing and is not counted.
      if (ledger.count(cutMark) > cut) kills += 1;
    }
    await acknowledged(1);
    loader.stdin.end();
    await once(loader, "exit");

    const { lines, marks } = ledger.read();
    const after = await stored();
    const faults: string[] = [];
    let lost = 0;
    for (const [line, { attempted, acknowledged }] of lines) {
      const came = (after.get(line) ?? 0) - (before.get(line) ?? 0);
      if (came < acknowledged || came > attempted)
        faults.push(`${line}: acknowledged ${acknowledged}, stored ${came}, attempted ${attempted}`);
      lost += came - acknowledged;
    }
    console.info(
      `${kills} kills of ${what}, seed ${seed}: ${JSON.stringify(marks)}, ${lost} stored that nobody was told of`,
    );
    expect(faults).toEqual([]);
    expect(kills).toBe(KILLS);
    expect(Object.keys(marks).filter((mark) => !["?", "+", "x", "!"].includes(mark))).toEqual([]);
  },
  400_000,
);

/** What is stored of every line, by `session dish`. */
async function stored(): Promise<Map<string, number>> {
  const numbers = new Map(Array.from({ length: SESSIONS }, (_, n) => [sessionIdOf(n + 1), n + 1]));
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query("select session_id, menu_id, quantity from guest_cart_items");
  await client.end();
  return new Map(rows.map((row) => [`${numbers.get(row.session_id)} ${row.menu_id}`, row.quantity]));
}
