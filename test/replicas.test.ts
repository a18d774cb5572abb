import { CompiledQuery } from "kysely";
import { expect, it } from "vitest";
import { openDatabase } from "../src/db/database.ts";
import { createPostgres } from "./helpers/database.ts";
import { startTorioki } from "./helpers/process.ts";
import { until } from "./helpers/until.ts";

const REPLICAS = 20;

it(`${REPLICAS} replicas started at once clean up once a tick`, async () => {
  const { source, drop } = await createPostgres(true, "postgres-18");
  const { db, close } = await openDatabase(source, { patient: true });
  const query = async <T>(text: string) => (await db.executeQuery(CompiledQuery.raw(text))).rows as T[];
  const replicas = await Promise.all(
    Array.from({ length: REPLICAS }, () => startTorioki({ DATABASE_URL: source, CLEANUP_CRON: "* * * * *" })),
  );
  const lines = () =>
    replicas.map(
      ({ output }) => output.stdout.split("\n").filter((line) => line.includes('"cleaned up"')).length,
    );
  const runs = () => lines().reduce((sum, count) => sum + count, 0);
  // The ticks that pg-boss has sent: one row each, in the minute that they were due.
  const ticks = () =>
    query<{ minute: string; jobs: number; done: number }>(
      `select to_char(created_on, 'HH24:MI') as minute, count(*)::int as jobs,
         count(*) filter (where state = 'completed')::int as done
       from torioki_jobs.job where name = 'cleanup' group by 1 order by 1`,
    );
  await until(async () => (await ticks()).reduce((sum, { done }) => sum + done, 0) >= 2, 150);
  const counted = await ticks();
  console.log(`ticks: ${JSON.stringify(counted)}; runs of the replicas: ${lines().join(" ")}`);
  for (const { jobs } of counted) expect(jobs).toBe(1);
  expect(runs()).toBe(counted.length);
  const ended = await Promise.all(replicas.map((replica) => replica.stop()));
  expect(ended).toEqual(Array.from({ length: REPLICAS }, () => 0));
  await close();
  await drop();
}, 240_000);
