import type { PGlite } from "@electric-sql/pglite";
import { type ConstructorOptions, fromPglite, PgBoss } from "pg-boss";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { until } from "../../test/helpers/until.ts";
import { cleanup } from "./cleanup.ts";
import { JOBS_SCHEMA, QUEUE, type Schedule, startSchedule } from "./schedule.ts";

let database: TestDatabase;
const opened: Schedule[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query(`delete from ${JOBS_SCHEMA}.job`);
  await database.query(`delete from ${JOBS_SCHEMA}.schedule`);
});
afterEach(async () => {
  for (const schedule of opened.splice(0)) await schedule.stop();
});

const source = () => database.source as string | PGlite;

function newBoss(): PgBoss {
  const from = source();
  const connection: ConstructorOptions =
    typeof from === "string"
      ? { connectionString: from, max: 1 }
      : { db: fromPglite(from), backend: "pglite" };
  const boss = new PgBoss({
    ...connection,
    schema: JOBS_SCHEMA,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  return boss.on("error", () => {});
}

/** A schedule with a clean-up that does what it is told, and notes what it was. */
function start(cron: string, run: (signal: AbortSignal) => Promise<unknown> = async () => {}) {
  const noted = { runs: 0, errors: [] as string[], warnings: [] as string[] };
  const schedule = startSchedule({
    database: source(),
    cron,
    logger: {
      info() {},
      warn: (_, message) => noted.warnings.push(message),
      error: (_, message) => noted.errors.push(message),
    },
    run: (signal) => {
      noted.runs += 1;
      return run(signal);
    },
  });
  opened.push(schedule);
  return { noted, schedule };
}

const isScheduled = async () => {
  const rows = await database.query(`select cron from ${JOBS_SCHEMA}.schedule where name = '${QUEUE}'`);
  return rows.length === 1;
};

/** A tick, without waiting for the minute. */
async function tick(): Promise<string | null> {
  const boss = newBoss();
  await boss.start();
  try {
    return await boss.send(QUEUE);
  } finally {
    await boss.stop({ graceful: false });
  }
}

const NEVER = "0 0 29 2 *";

it("our migrations make the tables that the installed pg-boss wants", async () => {
  const boss = newBoss();
  await boss.start(); // Refuses another version.
  const drift = await boss.detectSchemaDrift();
  await boss.stop({ graceful: false });
  expect(drift.ok, JSON.stringify(drift)).toBe(true);
});

describe("a schedule", () => {
  it("runs a tick once, whichever of several processes takes it", async () => {
    const started = [start(NEVER), start(NEVER), start(NEVER)];
    await until(isScheduled);
    expect(await tick()).not.toBe(null);
    const runs = () => started.reduce((sum, { noted }) => sum + noted.runs, 0);
    await until(() => runs() > 0, 20);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(runs()).toBe(1);
  });

  it("leaves a tick out that comes while a clean-up runs", async () => {
    let end = () => {};
    const { noted } = start(NEVER, () => new Promise<void>((resolve) => (end = resolve)));
    await until(isScheduled);
    await tick();
    await until(() => noted.runs === 1, 20);
    expect(await tick()).toBe(null);
    end();
  });

  it("tries again what failed, and says so", async () => {
    let fail = true;
    const { noted } = start(NEVER, async () => {
      if (fail) throw new Error("no room on the disk");
    });
    await until(isScheduled);
    await tick();
    await until(() => noted.errors.length > 0, 20);
    expect(noted.errors).toEqual(["a clean-up failed; it will be tried again"]);
    await until(async () => {
      const [job] = await database.query(
        `select state::text, output::text from ${JOBS_SCHEMA}.job where name = '${QUEUE}'`,
      );
      return job?.state === "retry" && String(job.output).includes("no room on the disk");
    });
    fail = false;
    await until(() => noted.runs === 2, 40);
    await until(async () => {
      const [row] = await database.query(
        `select state::text from ${JOBS_SCHEMA}.job where name = '${QUEUE}'`,
      );
      return row?.state === "completed";
    });
  });

  it("makes up with one run for the ticks that came while nobody was there, and runs none where there were none", async () => {
    const [now] = await database.query<{ minute: number }>(
      "select extract(minute from now())::int as minute",
    );
    const hourly = `${((now?.minute ?? 0) + 30) % 60} * * * *`;
    await database.query(`update ${JOBS_SCHEMA}.version set cron_on = now() - interval '2 minutes'`);
    const before = start(hourly);
    await until(isScheduled);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(before.noted.runs).toBe(0);
    await before.schedule.stop();
    await database.query(`update ${JOBS_SCHEMA}.schedule set created_on = now() - interval '1 day'`);
    await database.query(`update ${JOBS_SCHEMA}.version set cron_on = now() - interval '3 hours'`);
    const after = start(hourly);
    await until(() => after.noted.runs > 0, 30);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(after.noted.runs).toBe(1);
  });

  it("ends a clean-up early when it is stopped, and what was done stays done", async () => {
    await database.query(
      "insert into guest_sessions (session_id, expires_at) select 'early-' || n, now() - interval '1 hour' from generate_series(1, 50) n",
    );
    let report: { sessions: number } | undefined;
    const { noted, schedule } = start(NEVER, async (signal) => {
      report = await cleanup(database.db, {
        signal,
        batch: 1,
        onProgress: () => {
          void schedule.stop();
        },
      });
    });
    await until(isScheduled);
    await tick();
    await until(() => report !== undefined, 20);
    expect(noted.runs).toBe(1);
    expect(report?.sessions).toBe(1);
  });

  it("keeps trying where its tables are not there yet, and says so once", async () => {
    await database.query(`alter schema ${JOBS_SCHEMA} rename to hidden_jobs`);
    const { noted } = start(NEVER);
    try {
      await until(() => noted.warnings.length > 0, 20);
    } finally {
      await database.query(`alter schema hidden_jobs rename to ${JOBS_SCHEMA}`);
    }
    await until(isScheduled, 20);
    expect(noted.warnings).toEqual(["the clean-up's schedule has a fault"]);
  });
});
