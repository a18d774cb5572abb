/** The server's composition root: configuration -> database -> migrations -> Redis -> Torioki -> HTTP -> schedule -> shutdown. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Logger, pino, stdTimeFunctions } from "pino";
import { Redis } from "./cache/redis.ts";
import { readCatalog } from "./catalog/file.ts";
import { loadCatalog } from "./catalog/load.ts";
import type { Config } from "./config.ts";
import { type Database, type Db, openDatabase, openEmbedded } from "./db/database.ts";
import { migrateUp } from "./db/migrator.ts";
import { OperatorError } from "./errors.ts";
import { type RunningServer, startServer } from "./http/server.ts";
import { warnOfIdle } from "./logger.ts";
import { type Accounts, openAccounts } from "./login/accounts.ts";
import { bearerJwt } from "./login/jwt.ts";
import { type Schedule, startSchedule } from "./maintenance/schedule.ts";
import { LEAST_SECRET } from "./options.ts";
import { createTorioki, type Torioki } from "./torioki.ts";

/** Longer than any request may take, shorter than the 30 s after which orchestrators kill. */
const DRAIN_GRACE = 15_000;

/** A scheduled clean-up leaves what is left to the next one. Seconds. */
const CLEANUP_BUDGET = 10 * 60;
/** The embedded database does one thing at a time, so a batch must be over before a shopper notices: some 100 ms. */
const EMBEDDED_BATCH = 1_000;

/** The demo chain: for the embedded database only, and only where it has no store yet. */
export const demoCatalog = fileURLToPath(new URL("../demo/catalog.json", import.meta.url));

export type Serving = { port: number; stop: () => Promise<void> };

/** Starts everything and resolves once requests are answered. `stop` drains and closes. */
export async function serve(config: Config): Promise<Serving> {
  const logger = newLogger(config);
  const database = await prepareDatabase(config, logger);
  const redis = config.redisUrl === undefined ? undefined : new Redis(config.redisUrl, logger);
  try {
    const login = await openLogin(config, database.db, redis, logger, () => torioki);
    const metrics = config.metricsPort === undefined;
    const torioki = await createTorioki({
      ...config,
      ...login,
      redis,
      metrics,
      database: database.db,
      logger,
    });
    const server = await startServer(torioki.fetch, config);
    const operators = await serveOperators(config, torioki, logger);
    const schedule = scheduleCleanup(config, database, torioki, logger);
    logger.info(
      { port: server.port, host: config.host, public_url: config.publicUrl },
      `listening on ${addressOf(config.host, server.port)}`,
    );
    return {
      port: server.port,
      stop: async () => {
        logger.info("stopping: answering what is under way");
        await Promise.all([server.drain(DRAIN_GRACE), schedule?.stop()]);
        await operators?.drain(0);
        await torioki.close();
        redis?.close();
        await database.close();
        logger.info("stopped");
      },
    };
  } catch (error) {
    redis?.close();
    await database.close();
    throw error;
  }
}

/**
 * Cleans up by the schedule and nothing else; for servers with `CLEANUP_CRON=off`, or beside them.
 * @throws OperatorError where there is nothing for it to do
 */
export async function work(config: Config): Promise<{ stop: () => Promise<void> }> {
  if (config.databaseUrl === undefined)
    throw new OperatorError("a worker needs DATABASE_URL: the embedded database is cleaned up by its server");
  if (config.cleanupCron === undefined)
    throw new OperatorError("a worker needs a CLEANUP_CRON that is not off: cleaning up is all it does");
  const logger = newLogger(config);
  const database = await prepareDatabase(config, logger);
  try {
    const torioki = await createTorioki({ database: database.db, metricsToken: config.metricsToken, logger });
    const operators = await serveOperators(config, torioki, logger);
    const schedule = scheduleCleanup(config, database, torioki, logger);
    logger.info({ cron: config.cleanupCron }, "working: cleans up by the schedule");
    return {
      stop: async () => {
        await schedule?.stop();
        await operators?.drain(0);
        await torioki.close();
        await database.close();
        logger.info("stopped");
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function newLogger(config: Config): Logger {
  return pino({ level: config.logLevel, base: null, timestamp: stdTimeFunctions.isoTime });
}

async function serveOperators(
  { host, metricsPort }: Config,
  torioki: Torioki,
  logger: Logger,
): Promise<RunningServer | undefined> {
  if (metricsPort === undefined) return undefined;
  const server = await startServer(torioki.operatorFetch, { host, port: metricsPort });
  logger.info({ metrics_port: server.port }, `figures at ${addressOf(host, server.port)}/metrics`);
  return server;
}

function scheduleCleanup(
  config: Config,
  { lite }: Database,
  torioki: Torioki,
  logger: Logger,
): Schedule | undefined {
  const database = config.databaseUrl ?? lite;
  if (config.cleanupCron === undefined || database === undefined) return undefined;
  const batch = lite ? EMBEDDED_BATCH : undefined;
  return startSchedule({
    database,
    cron: config.cleanupCron,
    logger,
    run: async (signal) => {
      const report = await torioki.cleanup({ batch, budget: CLEANUP_BUDGET, signal });
      logger.info(report, "cleaned up");
    },
  });
}

/** Who is logged in: by a JWT where that is configured, else by accounts of the server's own where it can have them. */
async function openLogin(
  config: Config,
  db: Db,
  redis: Redis | undefined,
  logger: Logger,
  torioki: () => Torioki,
): Promise<Partial<Pick<Accounts, "authenticate" | "authHandler">>> {
  if (config.jwt) {
    const onRefused = (reason: string) => logger.debug({ reason }, "a bearer token was refused");
    return { authenticate: bearerJwt({ ...config.jwt, onRefused }) };
  }
  const secret =
    config.authSecret ?? (config.databaseUrl === undefined ? ownSecret(config.dataDir) : undefined);
  if (secret === undefined) {
    logger.warn(
      "nobody can log in: set AUTH_JWKS_URL or AUTH_JWT_SECRET, or AUTH_SECRET for accounts of this server's",
    );
    return {};
  }
  try {
    const accounts = openAccounts({ ...config, db, secret, redis, logger, torioki });
    if (await accounts.areOff()) {
      logger.warn(
        "nobody can log in: users is your own table (set AUTH_JWKS_URL or AUTH_JWT_SECRET), or the database is not migrated yet",
      );
    }
    return accounts;
  } catch (error) {
    // Whoever has not asked for accounts can do without them.
    if (config.authSecret !== undefined || !(error instanceof OperatorError)) throw error;
    logger.warn(`nobody can log in: ${error.message}`);
    return {};
  }
}

/** The embedded database's folder keeps a secret of its own, so that logins outlive a restart. */
function ownSecret(dataDir: string): string {
  const file = join(dataDir, "auth-secret");
  if (!existsSync(file)) {
    // Whole or not there: what is cut off half-way must not become a secret.
    writeFileSync(`${file}.new`, randomBytes(48).toString("base64url"), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < LEAST_SECRET) {
    throw new OperatorError(`${file} is damaged: delete it, and everybody logs in anew`);
  }
  return secret;
}

/** The database of a configuration, for commands that may take their time. */
export async function openPatiently(config: Config): Promise<Database> {
  if (config.databaseUrl === undefined) return openEmbedded(config.dataDir);
  return openDatabase(config.databaseUrl, { patient: true, prepare: config.prepare });
}

async function prepareDatabase(config: Config, logger: Logger): Promise<Database> {
  if (config.databaseUrl === undefined) return prepareEmbedded(config, logger);
  if (config.migrateOnStart) await migratePostgres(config, logger);
  return openDatabase(config.databaseUrl, { prepare: config.prepare, onIdleError: warnOfIdle(logger) });
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

async function migratePostgres(config: Config, logger: Logger): Promise<void> {
  const { db, close } = await openPatiently(config);
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
