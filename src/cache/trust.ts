/**
 * Whether Redis may be trusted at this moment, which only the database can say: a replica that is cut off from Redis
 * cannot take its entries back there, so it forbids their use in the database, and whoever uses them has asked the
 * database not longer ago than a moment. docs/decisions/008-look-up-cache.md proves it.
 */
import { sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import { ConcurrencyLimit } from "../db/concurrency.ts";
import type { Db } from "../db/database.ts";
import { currentDeadline, underDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";

/**
 * How long what the database has said counts; whoever forbids waits for as long before anything is acknowledged, and with
 * the 50 ms in which Redis did not answer stays below the 250 that a change may take longer for it. Milliseconds.
 */
const LEASE = 150;
/** A lease is renewed, beside the look-ups that use it, when it is this old. Milliseconds. */
const RENEWAL = 40;
/** For what a timer may be early by, and a clock coarse. Milliseconds. */
const MARGIN = 10;
/** How long a ban lasts; then those who reach Redis use it again. Seconds. */
const BAN = 5;

type Row = { generation: string; isOff: boolean };

/** A generation is named after its database and counted: `6f1c…:17`. */
const columns = sql`
  json_build_object('generation', concat(c.database_id, ':', c.generation), 'isOff', c.off_until > now())::text as answer`;
const read: Statement<Row> = sql`select ${columns} from torioki_look_up_cache c`;
const raise: Statement<Row> = sql`
  update torioki_look_up_cache c set generation = c.generation + 1 returning ${columns}`;
const ban: Statement<Row> = sql`
  update torioki_look_up_cache c
  set generation = c.generation + 1, off_until = greatest(c.off_until, now() + make_interval(secs => ${BAN}))
  returning ${columns}`;

export class Trust {
  readonly #db: Db;
  /** A renewal and a ban at once. One that hangs in the database takes its place with it. */
  readonly #limit: ConcurrencyLimit;
  /** The generation whose entries count, and until when that is known; times are this process's own, steady clock. */
  #lease = { generation: "", until: Number.NEGATIVE_INFINITY, renewAt: Number.NEGATIVE_INFINITY };
  /** Counts the upheavals: an answer of the database that was asked for before one says nothing after it. */
  #upheavals = 0;
  #mustRaise = true;
  #lastUse = Number.NEGATIVE_INFINITY;
  #renewal: Promise<void> | undefined;
  #banUntil = Number.NEGATIVE_INFINITY;
  #banning: Promise<void> | undefined;

  /** @param patience how long an answer of the database is waited for, in milliseconds */
  constructor(db: Db, patience?: number) {
    this.#db = db;
    this.#limit = new ConcurrencyLimit({ most: 2, mostWaiting: 2, patience });
  }

  /** The generation whose entries may be shown now; undefined where that is not known. Never waits. */
  get generation(): string | undefined {
    const now = performance.now();
    // Where look-ups are rare, each may as well ask the database itself.
    const isBusy = now - this.#lastUse < LEASE;
    this.#lastUse = now;
    if (isBusy && now >= this.#lease.renewAt) this.#renewal ??= underDeadline(undefined, () => this.#renew());
    return now < this.#lease.until ? this.#lease.generation : undefined;
  }

  /** What this process was told of Redis holds no longer: it may be another one, or one that came back with old entries. */
  forget(): void {
    this.#upheavals += 1;
    this.#mustRaise = true;
    this.#lease.until = this.#lease.renewAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Forbids the use of Redis to all replicas for some seconds, and makes every entry worthless. Resolves when nobody uses
   * one any more; at once while a ban of this process's is in force.
   * @throws ToriokiError `database_unavailable`
   */
  async ban(): Promise<void> {
    if (performance.now() < this.#banUntil - MARGIN) return;
    this.#banning ??= underDeadline(undefined, () => this.#ban()).finally(() => {
      this.#banning = undefined;
    });
    const banned = this.#banning;
    const late = "the other replicas were not told in time";
    await (currentDeadline()?.bound(late, banned) ?? banned).catch((cause) => {
      throw cause instanceof ToriokiError ? cause : new ToriokiError("database_unavailable", { cause });
    });
  }

  async #ban(): Promise<void> {
    this.forget();
    const asked = performance.now();
    await this.#limit.run(() => ask(this.#db, ban));
    await new Promise((resolve) => setTimeout(resolve, LEASE + MARGIN));
    this.#banUntil = asked + BAN * 1_000;
  }

  async #renew(): Promise<void> {
    const asked = performance.now();
    const upheavals = this.#upheavals;
    const statement = this.#mustRaise ? raise : read;
    const row = await this.#limit.run(() => ask(this.#db, statement)).catch(() => undefined);
    this.#renewal = undefined;
    if (upheavals !== this.#upheavals) return;
    // After a failure or a ban there is no hurry; a look-up goes to the database meanwhile.
    const isOn = row !== undefined && !row.isOff;
    if (row) this.#mustRaise = false;
    this.#lease = {
      generation: row?.generation ?? "",
      until: isOn ? asked + LEASE - MARGIN : Number.NEGATIVE_INFINITY,
      renewAt: asked + (isOn ? RENEWAL : LEASE),
    };
  }
}
