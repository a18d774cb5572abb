/** Says in the log when the database cannot be used, and when it can be used again. */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import { within } from "../patience.ts";
import type { Db } from "./database.ts";
import { readMigrations } from "./migrations.ts";
import { isMigrated } from "./migrator.ts";

/** Between two questions while the database is away. Milliseconds. */
const EVERY = 1_000;
/** A database that is there answers in a fraction of this; what hangs counts as away. Milliseconds. */
const ANSWER = 3_000;
/** While it lasts, the log says so once in this time. Milliseconds. */
const SAY_AGAIN = 60_000;

type Trouble = { code?: string | undefined; reason?: string; message: string };

/**
 * Asks the database at once, and again every second until it can be used. The first fault is logged at `error`, and again
 * after each minute; what ends it, at `info`. Nothing is logged, and nothing more is asked, where all is well at first.
 * @returns a function that ends this
 */
export function watchStart(db: Db, logger: Logger): () => void {
  const stopping = new AbortController();
  // What is left to reject is the wait that this ends.
  watch(db, logger, stopping.signal).catch(() => {});
  return () => stopping.abort();
}

async function watch(db: Db, logger: Logger, signal: AbortSignal): Promise<void> {
  const migrations = readMigrations();
  let since: number | undefined;
  let said: { at: number; message: string } | undefined;
  for (;;) {
    const trouble = await troubleOf(
      within(ANSWER, "the database does not answer", isMigrated(db, migrations)),
    );
    if (signal.aborted) return;
    const now = performance.now();
    if (!trouble) {
      if (since !== undefined)
        logger.info({ away_seconds: Math.round((now - since) / 1_000) }, "the database is back");
      return;
    }
    since ??= now;
    const { message, ...fields } = trouble;
    if (said?.message !== message || now - said.at >= SAY_AGAIN) {
      logger.error(fields, message);
      said = { at: now, message };
    }
    await setTimeout(EVERY, undefined, { signal, ref: false });
  }
}

async function troubleOf(isReady: Promise<boolean>): Promise<Trouble | undefined> {
  try {
    if (await isReady) return undefined;
    return {
      message: "the database is not migrated: run `torioki migrate up`; calls are refused until then",
    };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    // A name with several addresses gives one error for each, in one without a message of its own.
    const [first] = cause instanceof AggregateError ? cause.errors : [cause];
    const { code, message: reason } = first as NodeJS.ErrnoException;
    return {
      code,
      reason,
      message:
        "the database cannot be used: check DATABASE_URL and PostgreSQL; calls are refused until it is back",
    };
  }
}
