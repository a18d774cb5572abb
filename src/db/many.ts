/** Statements over many requests at once: the requests are a table, and every one of them gets a row. */
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from "kysely";
import { AloneBudget, LargeCarts } from "./alone.ts";
import { refusalOf, wasUndone, withRetries } from "./ask.ts";
import { Batcher, TOO_LARGE } from "./batch.ts";
import { ConcurrencyLimit } from "./concurrency.ts";
import type { Capacity, Db } from "./database.ts";

/** Whether a statement waits for rows that others hold, or leaves what needs them for later. */
export type Locking = "wait" | "skip";

export type ManyStatement<Request, Row> = {
  /** The columns of `requests`: their types, and what they are for a request. */
  columns: { [name: string]: { type: "varchar" | "integer" | "text"; of: (request: Request) => unknown } };
  /** What of the host's a request may have to wait for, besides its owner. */
  needs?: (request: Request) => unknown[];
  /** It changes nothing, so that equal requests of a batch may have one answer. */
  isRead?: boolean;
  /** Whose cart it works on, where the statement leaves large carts for later. */
  ownerOf?: (request: Request) => unknown;
  /**
   * @param requests the common table expression `requests`: the columns, and `n` from 1
   * @returns a statement with one row for every request, with its `n`
   */
  over(requests: RawBuilder<unknown>, locking: Locking): RawBuilder<Row>;
};

/**
 * What every row has. `later`: what the request needs was held by somebody else; `large`: the owner's cart has too many lines
 * to be in a batch with others.
 */
export type Row = { n: number; outcome: string };
export const LATER = "later";
export const LARGE = "large";

export type BatchingOptions = {
  /** false: every request is a statement of its own. */
  batch: boolean;
  /** What all operations on the database share: what runs alone, large carts, and what is never in a batch. */
  alone: AloneBudget;
  large: LargeCarts;
  single: ConcurrencyLimit;
} & Capacity;

/** Of the ten connections. Two are left to batches, whatever hand-overs and tickets hang at. */
const MOST_SINGLE = 8;
/** At some hundred a second, what waits behind these would be over its time anyway. */
const MOST_WAITING = 1_000;

/** What the operations on one database share. @param batch false: every request is a statement of its own */
export function batchingOn(capacity: Capacity, batch = true): BatchingOptions {
  const { patience } = capacity;
  // Where nobody's time runs out, as in tests of many thousands at once, everybody's turn comes.
  const mostWaiting = patience === undefined ? Number.POSITIVE_INFINITY : MOST_WAITING;
  return {
    ...capacity,
    batch,
    alone: new AloneBudget(),
    large: new LargeCarts(),
    single: new ConcurrencyLimit({ most: MOST_SINGLE, mostWaiting, patience }),
  };
}

/**
 * An operation that batches its requests.
 * @param keyOf requests of one key never run at once: every write of an owner has the owner as its key. Of two operations
 *   they may: they meet at the owner's row, and the second waits for it alone
 * @returns asks for one; throws ToriokiError as `ask`, and `overloaded`
 */
export function operation<Request, R extends Row>(
  db: Db,
  statement: ManyStatement<Request, R>,
  { batch, lanes, patience, alone: budget, large, single }: BatchingOptions,
  keyOf?: (request: Request) => unknown,
): (request: Request) => Promise<R> {
  const alone = (request: Request) =>
    withRetries(async () => (await run(db, statement, [request], "wait"))[0] as R);
  if (!batch) return (request) => single.run(() => alone(request));
  const batcher = new Batcher<Request, R>({
    together: async (requests) => {
      const rows = await (statement.isRead ? runDistinct : run)(db, statement, requests, "skip");
      return rows.map((row) => {
        if (row.outcome === LATER) return undefined;
        return row.outcome === LARGE ? TOO_LARGE : row;
      });
    },
    alone,
    hadNoEffect: wasUndone,
    ...(keyOf ? { keyOf } : {}),
    ...(statement.needs ? { needsOf: statement.needs } : {}),
    ...(statement.ownerOf ? { ownerOf: statement.ownerOf } : {}),
    lanes,
    patience,
    budget,
    large,
  });
  return async (request) => {
    try {
      return await batcher.ask(request);
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** As `run`, but equal requests are one: who asks for the same cart again and again costs the database one cart a batch. */
async function runDistinct<Request, R extends Row>(
  db: Db,
  statement: ManyStatement<Request, R>,
  requests: Request[],
  locking: Locking,
): Promise<R[]> {
  const columns = Object.values(statement.columns);
  const keys = requests.map((request) => JSON.stringify(columns.map(({ of }) => of(request))));
  const distinct = new Map(keys.map((key, n) => [key, requests[n] as Request]));
  const rows = await run(db, statement, [...distinct.values()], locking);
  const rowOf = new Map([...distinct.keys()].map((key, n) => [key, rows[n] as R]));
  return keys.map((key) => rowOf.get(key) as R);
}

/** The rows of these requests, in their order. */
export async function run<Request, R extends Row>(
  db: Db,
  statement: ManyStatement<Request, R>,
  requests: Request[],
  locking: Locking,
): Promise<R[]> {
  const columns = Object.values(statement.columns);
  const isOne = requests.length === 1;
  const parameters = columns.map(({ of }) => (isOne ? of(requests[0] as Request) : requests.map(of)));
  const { rows } = await db.executeQuery<R>(CompiledQuery.raw(textOf(statement, isOne, locking), parameters));
  if (isOne) return rows;
  const ordered: R[] = [];
  for (const row of rows) ordered[row.n - 1] = row;
  return ordered;
}

/** To put a statement together takes longer than to send it, and its text depends on these alone, on no host's plugins. */
const texts = new WeakMap<object, Map<string, string>>();
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** The parameters of the text are the columns, in their order. */
export function textOf<Request, R>(
  statement: ManyStatement<Request, R>,
  isOne: boolean,
  locking: Locking,
): string {
  const shapes = texts.get(statement) ?? new Map<string, string>();
  texts.set(statement, shapes);
  const shape = `${isOne ? "one" : "many"} ${locking}`;
  const known = shapes.get(shape);
  if (known !== undefined) return known;
  const { sql: text, parameters } = statement
    .over(isOne ? oneRequest(statement) : manyRequests(statement), locking)
    .compile(compiler);
  if (parameters.length !== Object.keys(statement.columns).length)
    throw new Error("a statement over requests takes every value from a column of theirs");
  shapes.set(shape, text);
  return text;
}

function oneRequest({ columns }: ManyStatement<never, unknown>): RawBuilder<unknown> {
  const values = Object.entries(columns).map(
    ([name, { type }]) => sql`${null}::${sql.raw(type)} as ${sql.ref(name)}`,
  );
  return sql`requests as not materialized (select 1 as n, ${sql.join(values)})`;
}

/**
 * The lists stand in sub-selects, so that the planner does not know how long they are: its plan for any length costs what
 * its plan for this one would, and it keeps the former instead of planning at every call.
 */
function manyRequests({ columns }: ManyStatement<never, unknown>): RawBuilder<unknown> {
  const lists = Object.values(columns).map(({ type }) => sql`(select ${null}::${sql.raw(type)}[])`);
  const names = Object.keys(columns).map((name) => sql.ref(name));
  return sql`requests as materialized (
    select * from unnest(${sql.join(lists)}) with ordinality as r (${sql.join(names)}, n)
  )`;
}
