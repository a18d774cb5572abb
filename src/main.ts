/** The server's composition root: configuration -> database -> migrations -> Torioki -> HTTP -> shutdown. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Logger, pino, stdTimeFunctions } from "pino";
import { readCatalog } from "./catalog/file.ts";
import { loadCatalog } from "./catalog/load.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase, openEmbedded } from "./db/database.ts";
import { migrateUp } from "./db/migrator.ts";
import { startServer } from "./http/server.ts";
import { createTorioki } from "./torioki.ts";

/** Longer than any request may take, shorter than the 30 s after which orchestrators kill. */
const DRAIN_GRACE = 15_000;

/** The demo chain: for the embedded database only, and only where it has no store yet. */
export const demoCatalog = fileURLToPath(new URL("../demo/catalog.json", import.meta.url));

export type Serving = { port: number; stop: () => Promise<void> };

/** Starts everything and resolves once requests are answered. `stop` drains and closes. */
export async function serve(config: Config): Promise<Serving> {
  const logger = pino({ level: config.logLevel, base: null, timestamp: stdTimeFunctions.isoTime });
  const embedded = config.databaseUrl === undefined ? await prepareEmbedded(config, logger) : undefined;
  try {
    if (config.databaseUrl && config.migrateOnStart) await migratePostgres(config.databaseUrl, logger);
    const torioki = await createTorioki({
      ...config,
      database: embedded?.db ?? (config.databaseUrl as string),
      logger,
    });
    const server = await startServer(torioki.fetch, config);
    logger.info(
      { port: server.port, host: config.host, public_url: config.publicUrl },
      `listening on ${addressOf(config.host, server.port)}`,
    );
    return {
      port: server.port,
      stop: async () => {
        logger.info("stopping: answering what is under way");
        await server.drain(DRAIN_GRACE);
        await torioki.close();
        await embedded?.close();
        logger.info("stopped");
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

/** The database of a configuration, for commands that may take their time. */
export async function openPatiently(config: Config): Promise<Database> {
  if (config.databaseUrl === undefined) return openEmbedded(config.dataDir);
  return openDatabase(config.databaseUrl, { patient: true });
}

async function prepareEmbedded(config: Config, logger: Logger): Promise<Database> {
  if (config.isProduction) {
    logger.warn("no DATABASE_URL: the embedded database makes no fsync and may lose data in a power cut");
  }
  const database = await openEmbedded(config.dataDir);
  try {
    await migrateUp(database.db);
    const store = await database.db.selectFrom("stores").select("id").limit(1).executeTakeFirst();
    if (!store) await loadCatalog(database.db, readCatalog(readFileSync(demoCatalog, "utf8")));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migratePostgres(databaseUrl: string, logger: Logger): Promise<void> {
  const { db, close } = await openDatabase(databaseUrl, { patient: true });
  try {
    const { applied } = await migrateUp(db, { mayTakeOver: false });
    if (applied.length > 0) logger.info({ applied }, "migrated");
  } finally {
    await close();
  }
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
