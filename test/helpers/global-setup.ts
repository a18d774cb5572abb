/**
 * Starts what the tests need, for real: PostgreSQL 14 and 18 from npm, each with a migrated template database, and a
 * migrated PGlite folder to copy. Builds the storefront page, where it is older than its source.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { loadCatalog } from "../../src/catalog/load.ts";
import { type DatabaseSource, openDatabase } from "../../src/db/database.ts";
import { migrateUp } from "../../src/db/migrator.ts";
import { testCatalog } from "./catalog.ts";
import { type NpmPostgres, type PostgresEngine, postgresEngines, startNpmPostgres } from "./npm-postgres.ts";
import { getPort } from "./ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: "pglite" | PostgresEngine;
    /** Whether requests that arrive together are one statement. */
    batch: boolean;
    /** Connection strings without a database's name, by engine. */
    servers: Record<PostgresEngine, string>;
    pgliteTemplate: string;
  }
}

export const TEMPLATE = "torioki_template";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ["scripts/build-page.mjs", "--if-needed"], { stdio: "inherit" });
  const folder = mkdtempSync(join(tmpdir(), "torioki-test-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own where the tests run as root.
  const servers = await Promise.all(
    postgresEngines.map((engine) => startPostgres(engine, join(folder, engine))),
  );
  const pgliteTemplate = join(folder, "pglite");
  const lite = await PGlite.create(pgliteTemplate);
  await prepare(lite);
  await lite.close();
  const urls = postgresEngines.map((engine, n) => [engine, servers[n]?.url]);
  project.provide("servers", Object.fromEntries(urls) as Record<PostgresEngine, string>);
  project.provide("pgliteTemplate", pgliteTemplate);
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
}

async function startPostgres(engine: PostgresEngine, folder: string): Promise<NpmPostgres> {
  // The tests kill no PostgreSQL here, so they need not wait for the disk.
  const settings = ["fsync=off", "max_connections=400", "shared_buffers=256MB"];
  const server = await startNpmPostgres(engine, folder, await getPort(), settings);
  const client = new pg.Client(`${server.url}/postgres`);
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await prepare(`${server.url}/${TEMPLATE}`);
  return server;
}

async function prepare(source: DatabaseSource): Promise<void> {
  const { db, close } = await openDatabase(source, { patient: true });
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
  await close();
}
