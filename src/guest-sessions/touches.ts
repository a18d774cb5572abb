/**
 * Keeps `last_accessed_at` without a write on any request's path: look-ups note the sessions whose time is over a
 * minute old, and one statement a second writes them together. A failure loses nothing but a minute's precision.
 */
import { ask } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { underDeadline } from "../deadline.ts";
import { touchSessions } from "./queries.ts";

/** Sessions noted at once; more than this within a second are left for their next look-up. */
const MOST_NOTED = 10_000;

export class Touches {
  readonly #db: Db;
  readonly #onError: (error: unknown) => void;
  readonly #delay: number;
  #noted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** @param delay how long notes are collected, in milliseconds */
  constructor(db: Db, onError: (error: unknown) => void, delay = 1_000) {
    this.#db = db;
    this.#onError = onError;
    this.#delay = delay;
  }

  /** Takes a note; never throws and never waits. */
  note(sessionId: string): void {
    if (this.#noted.size >= MOST_NOTED) return;
    this.#noted.add(sessionId);
    // While a write is under way, notes are collected for the next one: it begins when that one has ended.
    if (this.#running === undefined) this.#timer ??= setTimeout(() => void this.flush(), this.#delay).unref();
  }

  /** Writes what is noted. Resolves when it is written, or has failed and been reported. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const sessionIds = [...this.#noted];
    this.#noted = new Set();
    if (sessionIds.length === 0) return;
    // The note was taken in a request, and the timer with it; the writing has no part in that request's time.
    this.#running = underDeadline(undefined, () => ask(this.#db, touchSessions(sessionIds)))
      .then(() => {}, this.#onError)
      .finally(() => {
        this.#running = undefined;
        if (this.#noted.size > 0) this.#timer ??= setTimeout(() => void this.flush(), this.#delay).unref();
      });
    await this.#running;
  }
}
