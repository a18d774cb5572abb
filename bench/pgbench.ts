/**
 * The reference: pgbench runs a statement as fast as PostgreSQL can, one by one, on each of its connections. Where there is
 * no pgbench, a bare `pg` loop in a process of its own does (bench/pg-loop.ts).
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchPostgres } from "./postgres.ts";
import { usageOf } from "./processes.ts";
import { dishOf, LINES, mostRemovals, sessionIdInSql } from "./sessions.ts";
import { compiled, fillIn, type Reference } from "./statements.ts";

export type ReferenceOptions = {
  reference: Reference;
  sessions: number;
  clients: number;
  threads: number;
  warmUp: number;
  seconds: number;
};
export type ReferenceResult = {
  perSecond: number;
  transactions: number;
  /** PostgreSQL's CPU microseconds for each transaction, the warm-up's included. */
  postgresCpu: number | undefined;
};

/** The newest that is installed: on the PATH, or where Debian puts it. */
export function findPgbench(): { command: string; version: string } | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = (() => {
    try {
      return readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    } catch {
      return [];
    }
  })();
  for (const command of [...versions.map((version) => `${debian}/${version}/bin/pgbench`), "pgbench"]) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status === 0) return { command, version: stdout.trim() };
  }
  return undefined;
}

const session = "\\set n random(1, :sessions)";
const add = [session, `\\set dish random(${dishOf(0)}, ${dishOf(LINES)})`, "\\set quantity 1"];
/** What a script settles before its statement. Each client counts its transactions in `i`. */
const settings: Record<Reference, string[]> = {
  add,
  "bare upsert": add,
  set: [session, `\\set line (:n - 1) * ${LINES} + 1`, "\\set quantity random(1, 50)"],
  // The same lines in the same order as the load's, whatever the number of clients.
  remove: [
    "\\set removal :i * :clients + :client_id",
    "\\set i :i + 1",
    "\\set n 1 + :removal / 2",
    `\\set line (:n - 1) * ${LINES} + 2 + :removal % 2`,
  ],
  cart: [session],
  session: [session],
  store: [session],
  create: [],
};

export function pgbenchScript(reference: Reference): string {
  const { text, parameters } = compiled(reference);
  const values = {
    session:
      reference === "create" ? "encode(sha256(gen_random_uuid()::text::bytea), 'hex')" : sessionIdInSql(":n"),
    dish: ":dish",
    line: ":line",
    quantity: ":quantity",
  };
  const inSql = (parameter: unknown): string => {
    if (Array.isArray(parameter)) return `array[${parameter.map(inSql).join(", ")}]`;
    const value = fillIn(parameter, values);
    if (value !== parameter || typeof value !== "string") return String(value);
    return `'${value.replaceAll("'", "''")}'`;
  };
  const filled = text.replaceAll(/\$(\d+)/g, (_, number) => inSql(parameters[Number(number) - 1]));
  // pgbench takes every `:word` for a variable, also within quotes, where a time's format has some.
  const statement = filled.replaceAll(/'(?:[^']|'')*'/g, (literal) =>
    literal.includes(":") ? `(${literal.replaceAll(":", "'||chr(58)||'")})` : literal,
  );
  return [...settings[reference], `${statement};`, ""].join("\n");
}

/** @throws Error where a transaction failed */
export async function runPgbench(
  command: string,
  postgres: BenchPostgres,
  database: string,
  { reference, sessions, clients, threads, warmUp, seconds }: ReferenceOptions,
): Promise<ReferenceResult> {
  const folder = mkdtempSync(join(tmpdir(), "torioki-pgbench-"));
  const script = join(folder, "script.sql");
  writeFileSync(script, pgbenchScript(reference));
  const removals = Math.floor(mostRemovals({ sessions, active: sessions }) / clients);
  const length = reference === "remove" ? ["-t", `${removals}`] : ["-T", `${Math.ceil(warmUp) + seconds}`];
  const before = usageOf(postgres.pid);
  try {
    const { stdout, stderr } = await promisify(execFile)(
      command,
      [
        ...["-n", "-M", "prepared", "-P", "1", "-c", `${clients}`, "-j", `${threads}`, ...length],
        ...["-D", `sessions=${sessions}`, "-D", `clients=${clients}`, "-D", "i=0", "-f", script],
        ...["-h", "127.0.0.1", "-p", `${postgres.port}`, "-U", "postgres", database],
      ],
      { env: { ...process.env, PGPASSWORD: "postgres" } },
    );
    const after = usageOf(postgres.pid);
    const transactions = Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
    // One figure a second, and what ran before the plans were made does not count.
    const perSecond = [...stderr.matchAll(/^progress: ([\d.]+) s, ([\d.]+) tps/gm)]
      .filter(([, at]) => Number(at) > warmUp + 0.5)
      .map(([, , tps]) => Number(tps));
    const mean = perSecond.reduce((sum, tps) => sum + tps, 0) / perSecond.length;
    return {
      perSecond: Math.round(perSecond.length ? mean : Number(/tps = ([\d.]+)/.exec(stdout)?.[1])),
      transactions,
      postgresCpu: before && after && Math.round(((after.cpu - before.cpu) / transactions) * 1e6),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
