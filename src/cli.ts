#!/usr/bin/env node
/** The command line (CONTRACT section 6). Exit codes: 0 done, 1 failed, 2 wrong use. */
import "./node-version.ts";

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { readCatalog } from "./catalog/file.ts";
import { loadCatalog } from "./catalog/load.ts";
import { type Config, ConfigError, duration, readConfig } from "./config.ts";
import type { Db } from "./db/database.ts";
import { migrateDown, migrateUp, migrationStatus } from "./db/migrator.ts";
import { OperatorError, ToriokiError } from "./errors.ts";
import { flushLogs } from "./log-writer.ts";
import { openPatiently, type Running, serve, serveAsWorker, work } from "./main.ts";
import { type CleanupReport, cleanup, countExpiredSessions, MOST_IN_A_BATCH } from "./maintenance/cleanup.ts";
import { WORKER_COMMAND } from "./workers.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** SIGINT is Ctrl-C, SIGHUP a terminal that is closed. The terminal sends both to every process of a server. */
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

const program = new Command("torioki")
  .description("Guest sessions and guest carts for multi-store ordering sites.")
  .addHelpText(
    "after",
    "\nThe README lists the environment variables. Without DATABASE_URL, the embedded database is used.",
  )
  .version(version, "--version")
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(oneLine(text)) });

program
  .command("serve")
  .description("serve the API; migrates the database first (MIGRATE_ON_START=off: does not)")
  .action(async () => {
    const config = readConfig();
    runUntilStopped(config, await serve(config));
  });

program
  .command("worker")
  .description("clean up by CLEANUP_CRON, for servers that do not (CLEANUP_CRON=off); serves METRICS_PORT")
  .action(async () => {
    const config = readConfig();
    runUntilStopped(config, await work(config));
  });

program.command(WORKER_COMMAND, { hidden: true }).action(() => {
  stayWithoutOutput();
  const stop = once(() => {
    void worker
      .then((running) => running.stop())
      .then(flushLogs)
      .then(() => process.exit(0), fail);
  });
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  const worker = serveAsWorker(readConfig(), stop, (error) => linesOf(error).join("\n"));
  // The primary has been told why, and says it once.
  worker.catch((error) => (process.connected ? process.exit(1) : fail(error)));
});

const migrate = program
  .command("migrate")
  .description("change the database's tables, or see what would change");

migrate
  .command("up")
  .description("apply what is pending, all or nothing; takes over guest tables made by another program")
  .action(() =>
    withDatabase(async (db) => {
      const { applied, report } = await migrateUp(db);
      for (const name of applied) print(`applied ${name}`);
      for (const line of report) print(`  done: ${line}`);
      if (applied.length === 0) print("nothing to do: the database is up to date");
    }),
  );

migrate
  .command("down")
  .description("take back the newest migration, with the data in its tables")
  .option("--to <name>", "take back everything above this migration")
  .option("--all", "take back everything, and stores, menus and users too where Torioki made them")
  .action(({ to, all }: { to?: string; all?: boolean }) => {
    if (to !== undefined && all) throw wrongUse("give --to or --all, not both");
    return withDatabase(async (db) => {
      const undone = await migrateDown(db, all ? { to: null } : to === undefined ? {} : { to });
      for (const name of undone) print(`took back ${name}`);
      if (undone.length === 0) print("nothing to do");
    });
  });

migrate
  .command("status")
  .description("list applied, pending, drifted and missing migrations, and what pending ones would do")
  .action(() =>
    withDatabase(async (db) => {
      for (const { name, state, appliedAt, plan, blockers } of await migrationStatus(db)) {
        print(`${state.padEnd(8)} ${name}${appliedAt ? `  ${appliedAt.toISOString()}` : ""}`);
        for (const line of blockers) print(`  must be put right first: ${line}`);
        for (const line of plan) print(`  would: ${line}`);
      }
    }),
  );

program
  .command("cleanup")
  .description("delete expired sessions with their lines, and what else is out of date")
  .option("--dry-run", "only count them")
  .option("--batch <sessions>", "sessions in one transaction, 1 to 100000", batchSize)
  .option("--budget <time>", "begin no further batch after this time, e.g. 30s, 10m", seconds)
  .option("--json", "print what was done as JSON")
  .action(({ json = false, ...options }: CleanupFlags) =>
    withDatabase(async (db) => {
      const report = await withProgress(db, options, json);
      if (json) print(JSON.stringify(report));
      else for (const line of inWords(report, options.dryRun)) print(line);
    }),
  );

const catalog = program.command("catalog").description("stores and menus");

catalog
  .command("load")
  .description("add and change stores and menus from a JSON file, all or nothing; deletes none")
  .argument("<file>", "the file; demo/catalog.json shows the format")
  .action((file: string) => {
    const content = readCatalog(readText(file));
    return withDatabase(async (db) => {
      const { storesAdded, storesChanged, menusAdded, menusChanged } = await loadCatalog(db, content);
      print(
        `stores: ${storesAdded} added, ${storesChanged} changed; menus: ${menusAdded} added, ${menusChanged} changed`,
      );
    });
  });

type CleanupFlags = { dryRun?: boolean; batch?: number; budget?: number; json?: boolean };

/** Shows how far it is, where somebody is looking. */
async function withProgress(
  db: Db,
  { dryRun, batch, budget }: CleanupFlags,
  json: boolean,
): Promise<CleanupReport> {
  if (json || dryRun || !process.stderr.isTTY) return cleanup(db, { dryRun, batch, budget });
  const sessions = await countExpiredSessions(db);
  const { SingleBar } = (await import("cli-progress")).default;
  const bar = new SingleBar({
    format: "{bar} {percentage}% | {value} of {total} sessions | {eta_formatted} left",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
  });
  bar.start(sessions, 0);
  // What expires meanwhile goes, too.
  const onProgress = (done: number) => {
    bar.setTotal(Math.max(done, sessions));
    bar.update(done);
  };
  return cleanup(db, { batch, budget, onProgress }).finally(() => bar.stop());
}

function inWords(report: CleanupReport, dryRun = false): string[] {
  const { sessions, unconverted, lines, tickets, logins, verifications, idempotency_keys } = report;
  const rate = report.seconds > 0 ? `, ${Math.round(sessions / report.seconds)} sessions a second` : "";
  const others = { tickets, logins, verifications, "idempotency keys": idempotency_keys };
  return [
    `${dryRun ? "would delete" : "deleted"} ${sessions} sessions (${unconverted} never handed over) with ${lines} lines`,
    ...Object.entries(others)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${dryRun ? "would delete" : "deleted"} ${count} ${what}`),
    ...(dryRun ? [] : [`${report.batches} batches in ${report.seconds} s${rate}`]),
    report.oldest_left_seconds === null
      ? "no expired session is left"
      : `the oldest expired session that is left expired ${report.oldest_left_seconds} s ago`,
  ];
}

function batchSize(text: string): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= MOST_IN_A_BATCH) return size;
  throw new InvalidArgumentError("It takes a whole number from 1 to 100000.");
}

function seconds(text: string): number {
  const { success, data } = duration.safeParse(text);
  if (success) return data;
  throw new InvalidArgumentError("It takes a number and a unit: 30s, 10m.");
}

async function withDatabase(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, close } = await openPatiently(readConfig());
  try {
    await work(db);
  } finally {
    await close();
  }
}

/** Ends what runs at {@link STOP_SIGNALS}, with npm, and where it cannot go on. */
function runUntilStopped({ isRunByNpm }: Config, running: Running): void {
  stayWithoutOutput();
  const stop = once((end: () => never, onFault: (error: unknown) => never = fail) => {
    void running.stop().then(flushLogs).then(end, onFault);
  });
  const stopWell = () => stop(() => process.exit(0));
  for (const signal of STOP_SIGNALS) process.on(signal, stopWell);
  if (isRunByNpm) onceOrphaned(stopWell);
  running.failed?.catch((error) => {
    const sayWhy = () => fail(error);
    stop(sayWhy, sayWhy);
  });
}

/** The log needs no stream, and a server must not end because a library writes to one whose reader has gone. */
function stayWithoutOutput(): void {
  process.stdout.off("error", endWithOutput).on("error", () => {});
}

/** Does it at the first call, and nothing at the others. */
function once<T extends unknown[]>(work: (...input: T) => void): (...input: T) => void {
  let isDone = false;
  return (...input) => {
    if (isDone) return;
    isDone = true;
    work(...input);
  };
}

/** Calls back when the process that started this one has ended. */
function onceOrphaned(callback: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, 250).unref();
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new OperatorError(`cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

function endWithOutput(error: NodeJS.ErrnoException): never {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Without this, commander answers a group without a command with its whole help. */
function needCommand(group: Command): void {
  group.allowExcessArguments().action(() => {
    const commands = group.commands.map((command) => command.name()).join(", ");
    const [given] = group.args;
    throw wrongUse(
      `${given ? `"${given}" is no command` : "name a command"}: ${group.name()} has ${commands}`,
    );
  });
}

function wrongUse(message: string): CommanderError {
  process.stderr.write(`torioki: ${message}\n`);
  return new CommanderError(2, "torioki.wrongUse", message);
}

/** Commander writes "error: …", with a suggestion on a line of its own. */
function oneLine(text: string): string {
  return `torioki: ${text
    .replace(/^error: /, "")
    .trim()
    .replaceAll("\n", " ")}; see torioki --help\n`;
}

function fail(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  for (const line of linesOf(error)) process.stderr.write(`torioki: ${line}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

function linesOf(error: unknown): string[] {
  if (error instanceof OperatorError) return error.message.split("\n");
  const reason = reasonOf(error instanceof ToriokiError ? error.cause : error);
  if (error instanceof ToriokiError && error.code === "database_unavailable") {
    return [`cannot use the database: ${reason}; check DATABASE_URL and that PostgreSQL is up`];
  }
  const code = (error as { code?: string }).code;
  if (code === "not_ready" || code === "42P01") return [`${reason}: run \`torioki migrate up\` first`];
  if (code === "42501")
    return [
      `${reason}: run this as the owner of the tables (the server itself needs only to read and write rows: MIGRATE_ON_START=off)`,
    ];
  return [reason];
}

/** A refused connection to a name with several addresses comes as one error without a message of its own. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const { code, message } = first as { code?: string; message?: string };
  const text = message?.replaceAll("\n", " ") ?? "";
  return [text, code && !text.includes(code) ? code : ""].filter(Boolean).join(", ") || String(first);
}

// `torioki migrate status | head -1` ends reading early; that is no failure.
process.stdout.on("error", endWithOutput);
// There is nowhere left to say that standard error cannot be written.
process.stderr.on("error", () => {});
for (const group of [program, migrate, catalog]) needCommand(group);
await program.parseAsync().catch(fail);
