/** Kysely over `pg`, with statements prepared once per connection and every wait bounded. */
import { createHash } from "node:crypto";
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import { patienceWithin } from "../deadline.ts";
import { type Connections, cancel, connectionsOf } from "./connections.ts";
import { parsers } from "./values.ts";

/**
 * RELIABILITY: 503 within 3 s where PostgreSQL is away or hangs. In a rush a request waits for a free connection; what
 * it waited is taken from the time that its statement gets, so that both together stay within the budget.
 */
const BUDGET = 2_500;
const LEAST_FOR_A_STATEMENT = 500;
const bounded = { connectionTimeoutMillis: BUDGET - LEAST_FOR_A_STATEMENT };
/** PostgreSQL's own limits end a statement before the client does, so that the connection can go on being used. */
const settings = { lock_timeout: 1_100, statement_timeout: 2_100 };
/** Migrations and clean-up may take minutes, but not because somebody holds a row or a table. */
const patient = { connectionTimeoutMillis: 5_000 };
const patientSettings = { lock_timeout: 5_000 };

export type PoolOptions = {
  patient?: boolean;
  /** false behind a pooler that gives every transaction another connection: it knows neither prepared statements nor settings. */
  prepare?: boolean;
  onIdleError: (error: Error) => void;
};

/** A pool of our own for a connection string. A connection that fails while idle is reported, never thrown. */
export function createPool(connectionString: string, options: PoolOptions): pg.Pool {
  const { patient: isPatient = false, prepare = true, onIdleError } = options;
  const pool = new pg.Pool({
    connectionString,
    application_name: "torioki",
    max: isPatient ? 2 : 10,
    keepAlive: true,
    ...(isPatient ? patient : bounded),
    // A database may default to another isolation level; every statement here is written for this one.
    ...(prepare ? { options: "-c default_transaction_isolation=read\\ committed" } : {}),
    ...(prepare ? (isPatient ? patientSettings : settings) : {}),
  });
  pool.on("error", onIdleError);
  return pool;
}

export type DialectOptions = {
  prepare?: boolean;
  /** Give every statement what is left of the time budget, and its connection up where that is not enough. */
  bounded?: boolean;
};

/** Kysely's dialect over any `pg` pool, ours or the host's. The host's own settings and parsers stay untouched. */
export function postgresDialect(pool: pg.Pool, options: DialectOptions = {}): PostgresDialect {
  const { prepare = true, bounded: isBounded = false } = options;
  const connections = connectionsOf(pool);
  const port: PostgresPool = {
    connect: async () => {
      const start = performance.now();
      const budget = patienceWithin(BUDGET);
      const client = await connections.take(
        isBounded ? budget - Math.min(LEAST_FOR_A_STATEMENT, budget / 2) : undefined,
      );
      const wrapper = wrapperOf(client, connections, prepare);
      wrapper.deadline = isBounded ? start + budget : undefined;
      return wrapper;
    },
    end: () => pool.end(),
    options: pool.options,
  };
  return new PostgresDialect({ pool: port });
}

const types = { getTypeParser: (oid: number, format?: string) => parsers[oid] ?? parserOf(oid, format) };
const parserOf = (oid: number, format?: string) => pg.types.getTypeParser(oid, format as "text");

/** Kysely keeps what it knows of a connection by the object that we give it, so one `pg` client gets one wrapper. */
type Wrapper = PostgresPoolClient & { deadline?: number | undefined };
const wrappers = new WeakMap<pg.PoolClient, Wrapper>();

function wrapperOf(client: pg.PoolClient, connections: Connections, prepare: boolean): Wrapper {
  const wrapper = wrappers.get(client) ?? wrap(client, connections, prepare);
  wrappers.set(client, wrapper);
  return wrapper;
}

function wrap(client: pg.PoolClient, connections: Connections, prepare: boolean): Wrapper {
  let broken: Error | undefined;
  // Lost while in use, a client says so twice: to its query, and as an event that would end the process if unheard.
  client.on("error", (error) => {
    broken = error;
  });
  const query = async (text: string, values: readonly unknown[] = []) => {
    const name = prepare && values.length ? statementName(text) : undefined;
    try {
      return await client.query({
        text,
        types,
        ...(values.length ? { values: [...values] } : {}),
        ...(name ? { name } : {}),
        ...(wrapper.deadline
          ? { query_timeout: Math.max(1, Math.ceil(wrapper.deadline - performance.now())) }
          : {}),
      });
    } catch (error) {
      if (connections.isLost(error)) broken = error as Error;
      if ((error as Error).message === "Query read timeout") cancel(client);
      throw error;
    }
  };
  const wrapper: Wrapper = {
    query: query as unknown as PostgresPoolClient["query"],
    release: () => client.release(broken),
  };
  return wrapper;
}

/**
 * A statement with parameters is named after its text, so PostgreSQL parses it once per connection. The number of
 * names is bounded, because PostgreSQL keeps every named statement until the connection ends.
 */
const names = new Map<string, string>();
const MOST_NAMES = 200;

function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST_NAMES) return known;
  const name = `torioki_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  names.set(text, name);
  return name;
}
