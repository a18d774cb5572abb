/** The shapes in which the server runs, each with a database that has what the bad clients ask for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import { startPostgres } from "../../bench/postgres.ts";
import { prepare } from "../../bench/sessions.ts";
import { type Db, openDatabase, openEmbedded } from "../../src/db/database.ts";
import { startRedis } from "../helpers/redis.ts";
import { COMMON_WORD, LARGE_STORE } from "./catalogue/costly.ts";
import { TRUSTED_PROXIES } from "./target.ts";

export const SHAPES = ["embedded", "postgres", "processes", "redis"] as const;
export type ShapeName = (typeof SHAPES)[number];

export type Shape = {
  name: ShapeName;
  env: Record<string, string>;
  /** Of the embedded database. */
  dataFolder: string | undefined;
  /** A connection string; undefined for the embedded database. */
  database: string | undefined;
  close(): Promise<void>;
};

const common = { TRUSTED_PROXIES, AUTH_SECRET: "siege".repeat(8) };

/**
 * @param given a connection string to an empty database, where there is a PostgreSQL already
 */
export async function openShape(name: ShapeName, given?: string): Promise<Shape> {
  if (name === "embedded") {
    const dataFolder = mkdtempSync(join(tmpdir(), "torioki-siege-"));
    const { db, close } = await openEmbedded(dataFolder);
    await fillCatalog(db);
    await close();
    const remove = async () => rmSync(dataFolder, { recursive: true, force: true });
    return { name, env: { ...common, DATA_DIR: dataFolder }, dataFolder, database: undefined, close: remove };
  }
  const postgres = given === undefined ? await startPostgres() : undefined;
  const url = given ?? (await (postgres as NonNullable<typeof postgres>).create("siege"));
  const { db, close } = await openDatabase(url, { patient: true });
  await fillCatalog(db);
  await close();
  const redis = name === "redis" ? await startRedis() : undefined;
  const env: Record<string, string> = {
    ...common,
    DATABASE_URL: url,
    ...(name === "processes" ? { WEB_CONCURRENCY: "2" } : {}),
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  return {
    name,
    env,
    dataFolder: undefined,
    database: url,
    close: async () => {
      await redis?.close();
      await postgres?.stop();
    },
  };
}

/** The tests' catalog for the shoppers; 10,000 stores and one store of 5,200 dishes for the others. */
async function fillCatalog(db: Db): Promise<void> {
  await prepare(db);
  const run = (statement: string) => db.executeQuery(CompiledQuery.raw(statement));
  await run(`
    insert into stores (id, name, address)
    select 10000 + n, 'The ${COMMON_WORD} number ' || n, 'Street ' || n from generate_series(0, 9999) n`);
  await run(`insert into stores (id, name) values (${LARGE_STORE}, 'Everything')`);
  await run(`
    insert into menus (id, store_id, name, price, description)
    select 100000 + n, ${LARGE_STORE}, 'Dish ' || n, 100 + n, repeat('of many things ', 5) from generate_series(0, 5199) n`);
  await run("analyze");
}
