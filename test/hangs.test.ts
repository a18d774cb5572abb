/** bench/hangs.ts in short: here all ways to open Torioki meet each hang at the same moment. */
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BenchPostgres, startPostgres } from "../bench/postgres.ts";
import { prepare } from "../bench/sessions.ts";
import { openDatabase } from "../src/db/database.ts";
import { askMany, insertUser, startHanging, type Target, targets, untilWell, ways } from "./helpers/hangs.ts";

/** RELIABILITY, promise 6. Milliseconds. */
const MOST = 3_000;

let postgres: BenchPostgres;
let hanging: Awaited<ReturnType<typeof startHanging>>;
let opened: Target[];

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.create("hangs");
  const { db, close } = await openDatabase(url, { patient: true });
  await prepare(db);
  await close();
  const client = new pg.Client(url);
  await client.connect();
  await client.query(insertUser);
  await client.end();
  hanging = await startHanging(postgres, "hangs");
  opened = await Promise.all(Object.values(targets).map((open) => open(hanging.url)));
});

afterAll(async () => {
  await Promise.all(opened.map(({ stop }) => stop()));
  await hanging.proxy.close();
  await postgres.stop();
});

it.each(Object.keys(ways))(
  "%s: every call is answered within 3 s, and well again afterwards",
  async (way) => {
    await Promise.all(opened.map(untilWell));
    const end = await ways[way]?.(hanging);
    const answers = await Promise.all(
      opened.map((target) => askMany(target, target.calls, target.calls)),
    ).finally(() => end?.());
    for (const [slowest] of answers) expect(slowest?.milliseconds).toBeLessThan(MOST);
    const statuses = new Set(answers.flat().map(({ status }) => status));
    expect([...statuses].filter((status) => status >= 500 && status !== 503)).toEqual([]);
    await Promise.all(opened.map(untilWell));
  },
);
