/**
 * When the clean-up runs: pg-boss keeps the schedule and the runs in the database (schema `torioki_jobs`, migration 0010),
 * so that every tick is one run however many processes there are, a run that fails is tried again, and ticks that came
 * while nobody was there are made up for by one run.
 */
import { setTimeout } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import type { ConstructorOptions } from "pg-boss";
import type { Logger } from "../logger.ts";
import { within } from "../patience.ts";

export type ScheduleOptions = {
  /** A connection string, or the embedded database. */
  database: string | PGlite;
  /** Five fields, in UTC. */
  cron: string;
  /** Cleans up; ends early, without an error, when the signal is aborted. */
  run: (signal: AbortSignal) => Promise<unknown>;
  logger: Logger;
};

export type Schedule = { stop(): Promise<void> };

export const JOBS_SCHEMA = "torioki_jobs";
export const QUEUE = "cleanup";

/** A run that is killed is noticed by its heart, and tried again. Seconds. */
const HEARTBEAT = 30;
/** Longer than a run's own budget of time. Seconds. */
const EXPIRY = 15 * 60;
/** Where the database is away, or not migrated yet. Milliseconds. */
const RETRY = 5_000;
/** As long as a server answers what is under way. Milliseconds. */
const PATIENCE = 12_000;
/** A connection whose other end vanished without a word must not be waited for for ever. pg-boss hands these on to `pg`. */
const unlessHung = { connectionTimeoutMillis: 5_000, query_timeout: 10_000, keepAlive: true } as object;
/** What goes wrong is said once in so long, however often it is tried. Milliseconds. */
const SAY_AGAIN = 60_000;

/** Begins at once and in the background: a server answers before its clean-up has begun, and goes on where that cannot. */
export function startSchedule({ database, cron, run, logger }: ScheduleOptions): Schedule {
  const ended = new AbortController();
  const warn = seldom((err: unknown) => logger.warn({ err }, "the clean-up's schedule has a fault"));

  async function untilStarted() {
    while (!ended.signal.aborted) {
      try {
        return await start();
      } catch (error) {
        warn(error);
        await setTimeout(RETRY, undefined, { signal: ended.signal, ref: false }).catch(() => {});
      }
    }
    return undefined;
  }
  async function start() {
    // Loaded when the server listens already: it takes a fifth of a second.
    const { fromPglite, PgBoss } = await import("pg-boss");
    const connection: ConstructorOptions =
      typeof database === "string"
        ? { connectionString: database, application_name: "torioki", max: 2, ...unlessHung }
        : { db: fromPglite(database), backend: "pglite" };
    const made = new PgBoss({
      ...connection,
      schema: JOBS_SCHEMA,
      // Our own migrations make the tables.
      migrate: false,
      createSchema: false,
      registerInstance: false,
    });
    made.on("error", warn);
    made.on("warning", ({ message }) => logger.warn({}, `clean-up's schedule: ${message}`));
    try {
      await made.start();
      const settings = { expireInSeconds: EXPIRY, retryLimit: 3, retryDelay: 10, retryBackoff: true };
      // One run at a time in all processes together: a tick during a run has nothing to add to it.
      await made.createQueue(QUEUE, { policy: "exclusive", heartbeatSeconds: HEARTBEAT, ...settings });
      await made.updateQueue(QUEUE, settings);
      await made.schedule(QUEUE, cron, null, { missed: "once" });
      await made.work(QUEUE, { pollingIntervalSeconds: 2 }, async ([job]) => {
        try {
          await run(AbortSignal.any(job ? [job.signal, ended.signal] : [ended.signal]));
        } catch (err) {
          logger.error({ err }, "a clean-up failed; it will be tried again");
          throw err;
        }
      });
      return made;
    } catch (error) {
      await made.stop({ graceful: false }).catch(() => {});
      throw error;
    }
  }

  const started = untilStarted();
  return {
    stop: async () => {
      ended.abort();
      const stopped = started.then((boss) => boss?.stop({ graceful: true, timeout: PATIENCE - 2_000 }));
      // A database that hangs must not keep the process from ending.
      await within(PATIENCE, `the schedule did not stop within ${PATIENCE} ms`, stopped).catch(warn);
    },
  };
}

function seldom<T>(say: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (value) => {
    if (performance.now() - last < SAY_AGAIN) return;
    last = performance.now();
    say(value);
  };
}
