/**
 * Applies migrations, once however many processes start at the same time, all pending ones in one transaction.
 * The journal is `torioki_migrations`; where that table is gone, nothing of ours is applied.
 */
import { sql, type Transaction } from "kysely";
import { OperatorError } from "../errors.ts";
import { ask, type Statement } from "./ask.ts";
import type { Db } from "./database.ts";
import { type Migration, readMigrations } from "./migrations.ts";
import type { Schema } from "./schema.ts";

export type MigrationState = "applied" | "pending" | "drifted" | "missing";
export type MigrationStatus = {
  name: string;
  /** drifted: applied, and the files were changed since. missing: applied, and this program has no such files. */
  state: MigrationState;
  appliedAt: Date | undefined;
  /** What applying it would do to a database that has tables already. */
  plan: string[];
  /** What must be put right first; the migration refuses until it is. */
  blockers: string[];
};

export type MigratorOptions = {
  migrations?: Migration[];
  /** How long to wait for a lock: another process that migrates, or a table in use. Milliseconds. */
  lockTimeout?: number;
};

type Tx = Transaction<Schema>;
type PlanLine = { migration: string; blocks: boolean; line: string };

/**
 * What is applied, pending, drifted or missing, oldest first. Changes nothing (what it makes to find out, it rolls back).
 */
export async function migrationStatus(db: Db, options: MigratorOptions = {}): Promise<MigrationStatus[]> {
  const { migrations = readMigrations() } = options;
  class Done extends Error {
    statuses: MigrationStatus[];
    constructor(statuses: MigrationStatus[]) {
      super("rolled back on purpose");
      this.statuses = statuses;
    }
  }
  try {
    return await inTransaction(db, options, async (tx) => {
      const statuses = compare(migrations, await readJournal(tx));
      const plan = await makePlan(tx, pendingOf(migrations, statuses));
      throw new Done(statuses.map((status) => withPlan(status, plan)));
    });
  } catch (error) {
    if (error instanceof Done) return error.statuses;
    throw error;
  }
}

/**
 * Whether every one of these migrations is applied, for readiness checks.
 * @throws ToriokiError `database_unavailable`
 */
export async function isMigrated(db: Db, migrations: Migration[]): Promise<boolean> {
  if (!(await ask(db, hasJournal))) return false;
  const applied: Statement<string[]> = sql`select json_agg(name)::text as answer from torioki_migrations`;
  const names = await ask(db, applied);
  return migrations.every(({ name }) => names?.includes(name));
}

const hasJournal: Statement<boolean> = sql`
  select to_json(to_regclass('torioki_migrations') is not null)::text as answer`;

/**
 * Applies what is pending, all or nothing.
 * @returns the names of the migrations that were applied and what they did to tables that were there before.
 * @throws OperatorError where files drifted or are missing while something is pending, where rows need a hand first
 *   (they are named), or where another process holds the lock for longer than `lockTimeout`.
 */
export async function migrateUp(
  db: Db,
  options: MigratorOptions & { mayTakeOver?: boolean } = {},
): Promise<{ applied: string[]; report: string[] }> {
  const { migrations = readMigrations(), mayTakeOver = true } = options;
  if (pendingOf(migrations, compare(migrations, await readJournal(db))).length === 0)
    return { applied: [], report: [] };

  return inTransaction(db, options, async (tx) => {
    await lockOutOtherMigrators(tx);
    await tx.executeQuery(
      sql`create table if not exists torioki_migrations (
            name text primary key, checksum text not null, applied_at timestamptz not null default now()
          )`.compile(tx),
    );
    const statuses = compare(migrations, await readJournal(tx));
    const pending = pendingOf(migrations, statuses);
    if (pending.length > 0) refuseOddFiles(statuses);
    const plan = await makePlan(tx, pending);
    const blockers = plan.filter((line) => line.blocks).map((line) => line.line);
    if (blockers.length > 0) {
      throw new OperatorError(`nothing was migrated, put this right first: ${blockers.join("; ")}`);
    }
    if (plan.length > 0 && !mayTakeOver) {
      throw new OperatorError(
        "this database has guest tables made by another program: see what would be done with `torioki migrate status`, then run `torioki migrate up`",
      );
    }
    for (const migration of pending) {
      await runScript(tx, migration.up);
      await tx
        .insertInto("torioki_migrations")
        .values({ name: migration.name, checksum: migration.checksum })
        .execute();
    }
    return { applied: pending.map((migration) => migration.name), report: plan.map((line) => line.line) };
  });
}

/**
 * Takes migrations back, newest first: the newest alone, all above `to`, or all (`to: null`).
 * With the last one the journal goes too, so nothing of ours is left.
 * @returns the names of the migrations that were taken back.
 * @throws OperatorError where `to` is not applied, or files are missing or drifted.
 */
export async function migrateDown(
  db: Db,
  options: MigratorOptions & { to?: string | null } = {},
): Promise<string[]> {
  const { migrations = readMigrations(), to } = options;
  return inTransaction(db, options, async (tx) => {
    await lockOutOtherMigrators(tx);
    const statuses = compare(migrations, await readJournal(tx));
    const applied = statuses.filter((status) => status.state !== "pending").reverse();
    const keepFrom = to == null ? applied.length : applied.findIndex((status) => status.name === to);
    if (keepFrom === -1) {
      throw new OperatorError(`${to} is not applied: \`torioki migrate status\` lists what is`);
    }
    const undone = to === undefined ? applied.slice(0, 1) : applied.slice(0, keepFrom);
    refuseOddFiles(undone);
    for (const { name } of undone) {
      await runScript(tx, (migrations.find((migration) => migration.name === name) as Migration).down);
      await tx.deleteFrom("torioki_migrations").where("name", "=", name).execute();
    }
    if (undone.length > 0 && undone.length === applied.length)
      await tx.schema.dropTable("torioki_migrations").execute();
    return undone.map((status) => status.name);
  });
}

/**
 * Runs a script of several statements as one, which works over every driver and inside any transaction:
 * PL/pgSQL's EXECUTE takes a string of several commands.
 */
async function runScript(tx: Tx, script: string): Promise<void> {
  const text = `do $torioki_do$ begin execute $torioki_script$${script}$torioki_script$; end $torioki_do$`;
  await sql.raw(text).execute(tx);
}

/** A transaction whose statements may run long, whose lock waits are bounded, and whose changes are all or nothing. */
async function inTransaction<T>(
  db: Db,
  { lockTimeout = 5_000 }: MigratorOptions,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`select set_config('lock_timeout', ${String(lockTimeout)}, true), set_config('statement_timeout', '0', true)`.execute(
        tx,
      );
      return await work(tx);
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // What the host's own rules, views or rows refuse (classes of the PostgreSQL manual's appendix A); rights are told apart.
    if (code?.match(/^(0A|22|23|2B|42|55006)/) && code !== "42501") {
      throw new OperatorError(`nothing was changed: ${message}`, { cause: error });
    }
    if (code !== "55P03") throw error;
    throw new OperatorError(
      `nothing was changed: another process is migrating this database or using its tables for longer than ${lockTimeout} ms; try again when it is done`,
      { cause: error },
    );
  }
}

/** One migrator at a time in a database; the lock ends with the transaction. The number is "torioki" in ASCII. */
async function lockOutOtherMigrators(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(32773634484300649)`.execute(tx);
}

async function readJournal(db: Db): Promise<{ name: string; checksum: string; applied_at: Date }[]> {
  if (!(await ask(db, hasJournal))) return [];
  return db.selectFrom("torioki_migrations").selectAll().orderBy("name").execute();
}

function compare(
  migrations: Migration[],
  journal: { name: string; checksum: string; applied_at: Date }[],
): MigrationStatus[] {
  const names = [...new Set([...migrations, ...journal].map((entry) => entry.name))].sort();
  return names.map((name) => {
    const file = migrations.find((migration) => migration.name === name);
    const row = journal.find((entry) => entry.name === name);
    return { name, state: stateOf(file, row), appliedAt: row?.applied_at, plan: [], blockers: [] };
  });
}

function stateOf(file: Migration | undefined, row: { checksum: string } | undefined): MigrationState {
  if (!row) return "pending";
  if (!file) return "missing";
  return file.checksum === row.checksum ? "applied" : "drifted";
}

function pendingOf(migrations: Migration[], statuses: MigrationStatus[]): Migration[] {
  return migrations.filter((migration) =>
    statuses.some((status) => status.name === migration.name && status.state === "pending"),
  );
}

function refuseOddFiles(statuses: MigrationStatus[]): void {
  for (const { name, state } of statuses) {
    if (state === "drifted") {
      throw new OperatorError(`${name} was changed after it was applied: restore its files, then try again`);
    }
    if (state === "missing") {
      throw new OperatorError(
        `${name} is applied but this program has no such migration: run the newer version`,
      );
    }
  }
}

/** Asks the pending migrations' plan.sql what they would do here. */
async function makePlan(tx: Tx, pending: Migration[]): Promise<PlanLine[]> {
  const lines: PlanLine[] = [];
  for (const { name, plan } of pending) {
    if (plan === undefined) continue;
    await sql`create temporary table torioki_plan (blocks boolean not null, line text not null) on commit drop`.execute(
      tx,
    );
    await runScript(tx, plan);
    const { rows } = await sql<{
      blocks: boolean;
      line: string;
    }>`select blocks, line from torioki_plan`.execute(tx);
    await sql`drop table torioki_plan`.execute(tx);
    lines.push(...rows.map((row) => ({ migration: name, ...row })));
  }
  return lines;
}

function withPlan(status: MigrationStatus, plan: PlanLine[]): MigrationStatus {
  const own = plan.filter((line) => line.migration === status.name);
  return {
    ...status,
    plan: own.filter((line) => !line.blocks).map((line) => line.line),
    blockers: own.filter((line) => line.blocks).map((line) => line.line),
  };
}
