/**
 * PostgreSQL hangs, in each of its ways, while 12 at once ask for everything that goes to the database. How long does the
 * slowest answer take, by each way to open Torioki? Run: npm run bench:hangs
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import { askMany, insertUser, startHanging, targets, untilWell, ways } from "../test/helpers/hangs.ts";
import { startPostgres } from "./postgres.ts";
import { prepare } from "./sessions.ts";

const { values: given } = parseArgs({
  options: { calls: { type: "string", default: "25" }, "at-once": { type: "string", default: "12" } },
});
const [calls, atOnce] = [Number(given.calls), Number(given["at-once"])];

const postgres = await startPostgres();
try {
  const url = await postgres.create("bench");
  const { db, close } = await openDatabase(url, { patient: true });
  await prepare(db);
  await close();
  const client = new pg.Client(url);
  await client.connect();
  await client.query(insertUser);
  await client.end();
  const hanging = await startHanging(postgres, "bench");
  const worst: Record<string, Record<string, string>> = {};
  for (const [way, begin] of Object.entries(ways)) {
    worst[way] = {};
    for (const [name, open] of Object.entries(targets)) {
      const target = await open(hanging.url);
      await untilWell(target);
      const end = await begin(hanging);
      const answers = await askMany(target, calls, atOnce);
      await end();
      const well = await untilWell(target).catch(() => Number.POSITIVE_INFINITY);
      const statuses = [...Map.groupBy(answers, ({ status }) => status)];
      const said = statuses.map(([status, all]) => `${all.length} × ${status}`).join(", ");
      worst[way][name] = `${inSeconds(answers[0]?.milliseconds)} (${said}), well after ${inSeconds(well)}`;
      await target.stop();
    }
  }
  console.table(worst);
  await hanging.proxy.close();
} finally {
  await postgres.stop();
}

function inSeconds(milliseconds = Number.NaN): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
