/** Kysely over `pg`, with statements prepared once per connection and every wait bounded. */
import { createHash } from "node:crypto";
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import { parsers } from "./values.ts";

/**
 * RELIABILITY: 503 within 3 s where PostgreSQL is away or hangs. Waiting for a connection and waiting for the
 * answer add up, so each gets a part. A lock wait ends first, so that the server, not the client, gives up.
 */
const bounded = {
  connectionTimeoutMillis: 1_400,
  lock_timeout: 1_100,
  statement_timeout: 1_300,
  query_timeout: 1_450,
};
/** Migrations and clean-up may take minutes; they bound their lock waits themselves. */
const patient = { connectionTimeoutMillis: 5_000 };

export type PoolOptions = { patient?: boolean; onIdleError: (error: Error) => void };

/** A pool of our own for a connection string. A connection that fails while idle is reported, never thrown. */
export function createPool(
  connectionString: string,
  { patient: isPatient, onIdleError }: PoolOptions,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: "torioki",
    max: isPatient ? 2 : 10,
    keepAlive: true,
    ...(isPatient ? patient : bounded),
  });
  pool.on("error", onIdleError);
  return pool;
}

/** Kysely's dialect over any `pg` pool, ours or the host's. The host's own settings and parsers stay untouched. */
export function postgresDialect(pool: pg.Pool): PostgresDialect {
  const port: PostgresPool = {
    connect: async () => prepared(await pool.connect()),
    end: () => pool.end(),
    options: pool.options,
  };
  return new PostgresDialect({ pool: port });
}

const types = { getTypeParser: (oid: number, format?: string) => parsers[oid] ?? parserOf(oid, format) };
const parserOf = (oid: number, format?: string) => pg.types.getTypeParser(oid, format as "text");

/** Kysely keeps what it knows of a connection by the object that we give it, so one `pg` client gets one wrapper. */
const wrappers = new WeakMap<pg.PoolClient, PostgresPoolClient>();

function prepared(client: pg.PoolClient): PostgresPoolClient {
  const wrapper = wrappers.get(client) ?? wrap(client);
  wrappers.set(client, wrapper);
  return wrapper;
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  let broken: Error | undefined;
  // Lost while in use, a client says so twice: to its query, and as an event that would end the process if unheard.
  client.on("error", (error) => {
    broken = error;
  });
  const query = async (text: string, values: readonly unknown[] = []) => {
    const name = values.length ? statementName(text) : undefined;
    try {
      return await client.query({
        text,
        types,
        ...(values.length ? { values: [...values] } : {}),
        ...(name ? { name } : {}),
      });
    } catch (error) {
      // After a timeout on our side the connection still waits for the old answer: nobody else may get it.
      if ((error as { code?: string }).code === undefined) broken = error as Error;
      throw error;
    }
  };
  return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release(broken) };
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
