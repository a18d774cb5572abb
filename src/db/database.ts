/** Opens what the host has (a connection string, a pool, a PGlite, a Kysely) as the one thing the queries know: Kysely. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { Kysely } from "kysely";
import type pg from "pg";
import { BUDGET } from "../deadline.ts";
import { OperatorError } from "../errors.ts";
import { lockFolder, refuseUnwritable, requireRoomForNew } from "./folder-lock.ts";
import { pgliteDialect } from "./pglite.ts";
import { createPool, type DialectOptions, postgresDialect } from "./postgres.ts";
import type { Schema } from "./schema.ts";

export type Db = Kysely<Schema>;

/** What a host may hand in. A Kysely instance may know any tables; ours are reached through it all the same. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely is invariant in its schema, so only `any` accepts every host's.
export type DatabaseSource = string | pg.Pool | PGlite | Kysely<any>;

export type Capacity = {
  /** How many batches of one operation the database can have under way at once. */
  lanes: number;
  /** How many reads of stores and menus it can have under way at once. They share its connections with the carts. */
  catalogReads: number;
  /** Milliseconds after which nobody waits any longer; undefined for migrations and clean-up. */
  patience?: number | undefined;
};

export type Database = {
  db: Db;
  capacity: Capacity;
  /** The embedded database itself, where that is what was opened. */
  lite?: PGlite;
  /** Closes what was opened here; what the host handed in stays open. */
  close(): Promise<void>;
};

export type OpenOptions = {
  /** For migrations and clean-up: no bound on how long a statement may run. */
  patient?: boolean;
  /** false behind a transaction pooler such as PgBouncer. */
  prepare?: boolean;
  /** Told of a connection that failed while nobody used it; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
};

/**
 * Opens a database on PostgreSQL 14 or later, or PGlite. Connects at the first statement, not before.
 * Whatever is opened, its users have the same time budget: a connection string's and a pool's statements are bounded on
 * their connections (postgres.ts); over a Kysely, whose driver is out of reach, every wait is (concurrency.ts, batch.ts).
 */
export async function openDatabase(source: DatabaseSource, options: OpenOptions = {}): Promise<Database> {
  const { patient = false, prepare = true, onIdleError = () => {} } = options;
  if (typeof source !== "string") {
    const db = await wrap(source, { prepare, bounded: !patient });
    // What was opened here before keeps its limits: the server hands its own database on.
    const capacity = capacities.get(db) ?? capacityFor(db, patient);
    if (db !== source) capacities.set(db, capacity);
    return { db, capacity, close: async () => {} };
  }
  const pool = createPool(source, { patient, prepare, onIdleError });
  const db = new Kysely<Schema>({ dialect: postgresDialect(pool, { prepare, bounded: !patient }) });
  const capacity = capacityFor(db, patient);
  pools.set(db, pool);
  capacities.set(db, capacity);
  return {
    db,
    capacity,
    close: async () => {
      await db.destroy();
      // Kysely knows its pool from the first statement on; one that never ran is ended here.
      if (!pool.ended && !pool.ending) await pool.end();
    },
  };
}

/** With one, the database is idle while answers are sent; more make smaller batches. PGlite does one thing at a time. */
const LANES = 2;
/** Of the ten connections: seven are left to the carts (measured in docs/decisions/014). */
const CATALOG_READS = 3;
/** Of what was opened here. A host's own Kysely is not among them: it may be opened patiently once, for its migrations. */
const capacities = new WeakMap<Db, Capacity>();

function capacityFor(db: Db, patient: boolean): Capacity {
  // Kysely 0.29 says so of PGlite; the adapters of older versions say nothing.
  const isOne = db.getExecutor().adapter.supportsMultipleConnections === false;
  return {
    lanes: isOne ? 1 : LANES,
    catalogReads: isOne ? 1 : CATALOG_READS,
    // A little more than a connection and its statement get together (postgres.ts).
    patience: patient ? undefined : BUDGET,
  };
}

const pools = new WeakMap<Db, pg.Pool>();

export type PoolState = { total: number; idle: number; waiting: number };

/** The connections of the pool beneath; undefined where there is none, or a host's Kysely hides it. */
export function poolState(db: Db): PoolState | undefined {
  const pool = pools.get(db);
  return pool && { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

async function wrap(source: Exclude<DatabaseSource, string>, options: DialectOptions): Promise<Db> {
  if (source instanceof Kysely) return source;
  if ("execProtocolStream" in source) return new Kysely<Schema>({ dialect: await pgliteDialect(source) });
  if ("totalCount" in source) {
    const db = new Kysely<Schema>({ dialect: postgresDialect(source, options) });
    pools.set(db, source);
    return db;
  }
  // Another copy of Kysely in the host's node_modules is as good, and is no instance of ours.
  return source as unknown as Db;
}

/**
 * Opens the embedded database in a folder, locked against a second process.
 * PGlite makes no fsync: data outlives a killed process, not a power cut.
 * @throws OperatorError where the folder is in use, cannot be written, or has too little room.
 */
export async function openEmbedded(folder: string): Promise<Database> {
  const unlock = await lockFolder(folder);
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const inside = join(folder, "pglite");
    if (!existsSync(inside)) requireRoomForNew(folder);
    const lite = await PGlite.create(inside).catch((cause: Error) => {
      refuseUnwritable(folder);
      throw new OperatorError(
        `the embedded database in ${folder} cannot be opened (${cause.message}): restore the folder from a backup, or set DATA_DIR to a new one`,
        { cause },
      );
    });
    const { db, capacity } = await openDatabase(lite);
    return {
      db,
      lite,
      capacity,
      close: async () => {
        await lite.close().finally(unlock);
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
