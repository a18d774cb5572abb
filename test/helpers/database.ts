/** A database of its own for every test file, on the engine of the vitest project that runs it. */
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { CompiledQuery } from "kysely";
import pg from "pg";
import { inject } from "vitest";
import { type Database, type DatabaseSource, openDatabase } from "../../src/db/database.ts";
import { TEMPLATE } from "./global-setup.ts";
import type { PostgresEngine } from "./npm-postgres.ts";

export type TestDatabase = Database & {
  source: DatabaseSource;
  query<T = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<T[]>;
};

const OBJECT_IN_USE = "55006";

/** @param empty without any table, instead of migrated and with the test catalog */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { source, drop } =
    inject("engine") === "pglite" ? await createPGlite(empty) : await createPostgres(empty);
  const database = await openDatabase(source, { patient: true });
  return {
    source,
    db: database.db,
    capacity: database.capacity,
    async query<T>(text: string, parameters: unknown[] = []) {
      const { rows } = await database.db.executeQuery(CompiledQuery.raw(text, parameters));
      return rows as T[];
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** A connection string to a database of its own on a PostgreSQL of the given version. */
export async function createPostgres(
  empty: boolean,
  engine = inject("engine") as PostgresEngine,
): Promise<{ source: string; drop: () => Promise<void> }> {
  const server = inject("servers")[engine];
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(server, `create database ${name} template ${empty ? "template0" : TEMPLATE}`);
  return {
    source: `${server}/${name}`,
    drop: () => drop(server, name),
  };
}

/**
 * PostgreSQL waits up to 5 s for the others to leave; only then are they thrown out. A pool's `end()` comes back before its
 * connections have gone, and one that is thrown out on its way ends the test run with an uncaught error.
 */
async function drop(server: string, name: string): Promise<void> {
  try {
    await administer(server, `drop database ${name}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE)) throw error;
    await administer(server, `drop database ${name} with (force)`);
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client(`${server}/postgres`);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function createPGlite(empty: boolean): Promise<{ source: PGlite; drop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "torioki-pglite-"));
  cpSync(inject("pgliteTemplate"), folder, { recursive: true });
  const source = await PGlite.create(folder);
  if (empty) await source.exec("drop schema if exists torioki_jobs, public cascade; create schema public");
  return {
    source,
    drop: async () => {
      await source.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
