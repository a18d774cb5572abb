/**
 * The server's composition root: configuration -> database -> migrations -> Redis -> Torioki -> HTTP -> schedule -> shutdown.
 * By several processes (src/workers.ts) the primary has the migrations and the schedule, each worker the rest.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import type { Logger } from "pino";
import { countInPrimary } from "./cache/counts.ts";
import { Redis } from "./cache/redis.ts";
import { readCatalog } from "./catalog/file.ts";
import { loadCatalog } from "./catalog/load.ts";
import { type Config, ConfigError } from "./config.ts";
import { type Database, type Db, openDatabase, openEmbedded } from "./db/database.ts";
import { refuseUnwritable } from "./db/folder-lock.ts";
import { migrateUp } from "./db/migrator.ts";
import { watchStart } from "./db/watch.ts";
import { watchDescriptors } from "./descriptors.ts";
import { OperatorError } from "./errors.ts";
import { type RunningServer, startServer } from "./http/server.ts";
import { loadStorefront, type Storefront } from "./http/storefront.ts";
import { toStandardOutput, warnOfIdle } from "./logger.ts";
import { type Accounts, openAccounts } from "./login/accounts.ts";
import { bearerJwt } from "./login/jwt.ts";
import { type Schedule, startSchedule } from "./maintenance/schedule.ts";
import { Metrics } from "./metrics.ts";
import { LEAST_SECRET } from "./options.ts";
import { createTorioki, type Torioki } from "./torioki.ts";
import { Workers, wireToPrimary } from "./workers.ts";

/** The primary asks the other processes, and the database, and gives each a second. Milliseconds. */
const FIGURES_OF_ALL = 2_500;

/** Longer than any request may take. With what closes after it, the database and the log, a stop takes less than 15 s. Milliseconds. */
const DRAIN_GRACE = 11_000;

/** A scheduled clean-up leaves what is left to the next one. Seconds. */
const CLEANUP_BUDGET = 10 * 60;
/** The embedded database does one thing at a time, so a batch must be over before a shopper notices: some 100 ms. */
const EMBEDDED_BATCH = 1_000;

/** The demo chain: for the embedded database only, and only where it has no store yet. */
export const demoCatalog = fileURLToPath(new URL("../demo/catalog.json", import.meta.url));

/** `stop` answers what is under way and closes everything; `failed` rejects where it cannot go on. */
export type Running = { stop: () => Promise<void>; failed?: Promise<never> };

/**
 * By itself V8 lets garbage grow to several times what lives before it looks through all of it. Under 128 connections that was
 * 380 MiB; with this, and with the smaller young generation that `npm start` asks for, 185 (docs/decisions/010).
 */
function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Starts everything and resolves once requests are answered.
 * @throws ConfigError where both ports are the same
 */
export async function serve(config: Config): Promise<Running> {
  if (config.port === config.metricsPort && config.port !== 0) {
    throw new ConfigError(
      `METRICS_PORT is the same as PORT, ${config.port}: set it to another port, or leave it out to have /metrics on PORT`,
    );
  }
  keepHeapSmall();
  const logger = toStandardOutput(config.logLevel);
  watchDescriptors(logger);
  if (config.processes > 1) return serveByWorkers(config, logger);
  const database = await prepareDatabase(config, logger);
  const server = await startAnswering(config, database, logger, new Metrics());
  try {
    const operators = await serveOperators(config, server.torioki, logger);
    const schedule = scheduleCleanup(config, database, server.torioki, logger);
    logListening(config, server.port, logger);
    return {
      stop: async () => {
        logger.info("stopping: answering what is under way");
        await Promise.all([server.drain(), schedule?.stop()]);
        await operators?.drain(0);
        await server.close();
        logger.info("stopped");
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Starts what answers requests, and nothing else; closes the database with it, also where it cannot start. */
async function startAnswering(
  config: Config,
  database: Database,
  logger: Logger,
  metrics: Metrics,
  warn = (message: string) => logger.warn(message),
) {
  const redis = config.redisUrl === undefined ? undefined : new Redis(config.redisUrl, logger);
  const close = async () => {
    redis?.close();
    await database.close();
  };
  try {
    const login = await openLogin(config, database.db, redis, logger, warn, () => torioki);
    const torioki = await createTorioki(
      {
        ...config,
        ...login,
        redis,
        storefront: config.storefront ? openStorefront(warn) : undefined,
        metrics: config.metricsPort === undefined,
        database: database.db,
        logger,
      },
      metrics,
    );
    const server = await startServer(torioki.fetch, config, (reason) => metrics.countClosed(reason));
    return {
      torioki,
      port: server.port,
      drain: () => server.drain(DRAIN_GRACE),
      close: async () => {
        await torioki.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The primary of several processes: what {@link work} does, and the workers. */
async function serveByWorkers(config: Config, logger: Logger): Promise<Running> {
  const workers = new Workers(logger);
  const office = await openOffice(config, logger, workers.metrics);
  try {
    logListening(config, await workers.start(config.processes), logger);
  } catch (error) {
    await Promise.allSettled([workers.stop(), office.stop()]);
    throw error;
  }
  return {
    failed: workers.failed,
    stop: async () => {
      logger.info("stopping: answering what is under way");
      // To the end the workers need the primary's counts.
      await Promise.all([workers.stop(), office.endSchedule()]).finally(office.stop);
      logger.info("stopped");
    },
  };
}

/**
 * One of several processes that serve: it answers, and leaves everything else to the primary.
 * @param onOrphaned called where the primary is gone
 * @param explain what the primary is told where this one cannot start
 */
export async function serveAsWorker(
  config: Config,
  onOrphaned: () => void,
  explain: (error: unknown) => string,
): Promise<Running> {
  keepHeapSmall();
  const logger = toStandardOutput(config.logLevel);
  watchDescriptors(logger);
  const metrics: Metrics = new Metrics(() => wire.ask("figures of all", undefined, FIGURES_OF_ALL));
  const { wire, isFirst } = wireToPrimary(metrics, onOrphaned);
  countInPrimary(wire, config.processes);
  try {
    const database = await openForRequests(config, logger);
    // What all of them would say of the configuration, one says.
    const warn = isFirst ? undefined : () => {};
    const server = await startAnswering(config, database, logger, metrics, warn);
    return {
      stop: async () => {
        await server.drain();
        await wire.ask("last figures", await metrics.figures("worker")).catch(() => {});
        await server.close();
      },
    };
  } catch (error) {
    await wire.ask("cannot start", explain(error)).catch(() => {});
    throw error;
  }
}

/**
 * Cleans up by the schedule and nothing else; for servers with `CLEANUP_CRON=off`, or beside them.
 * @throws OperatorError where there is nothing for it to do
 */
export async function work(config: Config): Promise<Running> {
  if (config.databaseUrl === undefined)
    throw new OperatorError("a worker needs DATABASE_URL: the embedded database is cleaned up by its server");
  if (config.cleanupCron === undefined)
    throw new OperatorError("a worker needs a CLEANUP_CRON that is not off: cleaning up is all it does");
  const logger = toStandardOutput(config.logLevel);
  watchDescriptors(logger);
  const office = await openOffice(config, logger, new Metrics());
  logger.info({ cron: config.cleanupCron }, "working: cleans up by the schedule");
  return {
    stop: async () => {
      await office.endSchedule();
      await office.stop();
      logger.info("stopped");
    },
  };
}

/** What is done once however many processes answer: migrations, the clean-up's schedule, METRICS_PORT. */
async function openOffice(config: Config, logger: Logger, metrics: Metrics) {
  const database = await prepareDatabase(config, logger);
  try {
    const { metricsToken, prepare } = config;
    const torioki = await createTorioki({ database: database.db, metricsToken, prepare, logger }, metrics);
    const operators = await serveOperators(config, torioki, logger);
    const schedule = scheduleCleanup(config, database, torioki, logger);
    return {
      endSchedule: async () => schedule?.stop(),
      stop: async () => {
        await schedule?.stop();
        await operators?.drain(0);
        await torioki.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
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

function logListening({ host, publicUrl }: Config, port: number, logger: Logger): void {
  logger.info({ port, host, public_url: publicUrl }, `listening on ${addressOf(host, port)}`);
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

/** In a checkout the page may not be built: `npm install --omit=dev` has nothing to build it with. */
function openStorefront(warn: (message: string) => void): Storefront | undefined {
  const storefront = loadStorefront();
  if (!storefront)
    warn("there is no page at /: run `npm install && npm run build:web` (STOREFRONT=off: no page)");
  return storefront;
}

/** Who is logged in: by a JWT where that is configured, else by accounts of the server's own where it can have them. */
async function openLogin(
  config: Config,
  db: Db,
  redis: Redis | undefined,
  logger: Logger,
  warn: (message: string) => void,
  torioki: () => Torioki,
): Promise<Partial<Pick<Accounts, "authenticate" | "authHandler">>> {
  if (config.jwt) {
    const onRefused = (reason: string) => logger.debug({ reason }, "a bearer token was refused");
    return { authenticate: bearerJwt({ ...config.jwt, onRefused }) };
  }
  const secret =
    config.authSecret ?? (config.databaseUrl === undefined ? ownSecret(config.dataDir) : undefined);
  if (secret === undefined) {
    warn(
      "nobody can log in: set AUTH_JWKS_URL or AUTH_JWT_SECRET, or AUTH_SECRET for accounts of this server's",
    );
    return {};
  }
  try {
    const accounts = openAccounts({ ...config, db, secret, redis, logger, torioki });
    if (await accounts.areOff()) {
      warn(
        "nobody can log in: users is your own table (set AUTH_JWKS_URL or AUTH_JWT_SECRET), or the database is not migrated yet",
      );
    }
    return accounts;
  } catch (error) {
    // Whoever has not asked for accounts can do without them.
    if (config.authSecret !== undefined || !(error instanceof OperatorError)) throw error;
    warn(`nobody can log in: ${error.message}`);
    return {};
  }
}

/** The embedded database's folder keeps a secret of its own, so that logins outlive a restart. */
function ownSecret(dataDir: string): string {
  const file = join(dataDir, "auth-secret");
  if (!existsSync(file)) {
    refuseUnwritable(dataDir);
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
  const database = await openForRequests(config, logger);
  const endWatch = watchStart(database.db, logger);
  const close = () => {
    endWatch();
    return database.close();
  };
  return { ...database, close };
}

function openForRequests({ databaseUrl, prepare }: Config, logger: Logger): Promise<Database> {
  if (databaseUrl === undefined) throw new OperatorError("several processes need DATABASE_URL");
  return openDatabase(databaseUrl, { prepare, onIdleError: warnOfIdle(logger) });
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
    // A full disk is the likely cause of any fault here.
    refuseUnwritable(config.dataDir);
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
