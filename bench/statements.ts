/**
 * The very statement that the server sends for one request without batching, taken from the queries themselves: what
 * the references run, one by one.
 */
import { DummyDriver, Kysely, PostgresAdapter, PostgresQueryCompiler, sql } from "kysely";
import { guest } from "../src/carts/owner.ts";
import { addLines, deleteLines, readCarts, updateLines } from "../src/carts/queries.ts";
import { type ManyStatement, textOf } from "../src/db/many.ts";
import type { Schema } from "../src/db/schema.ts";
import { findSessions, insertSessions, updateStores } from "../src/guest-sessions/queries.ts";
import type { Operation } from "./load.ts";
import { STORE } from "./sessions.ts";

/** Stand for what differs between requests, and are found again among the statement's parameters. */
const SESSION = "<session>";
const DISH = 2_000_000_001;
const LINE = 2_000_000_002;
const QUANTITY = 2_000_000_003;
const DAY = 86_400;

export type Reference = Exclude<Operation, "mixed"> | "bare upsert";

const shopper = { ownerId: SESSION, language: "ja" } as const;
const change = undefined;

type Compiled = { text: string; parameters: readonly unknown[] };

const compiler = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: () => {
      throw new Error("nothing to look into");
    },
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

function lone<Request>(statement: ManyStatement<Request, unknown>, request: Request): Compiled {
  const parameters = Object.values(statement.columns).map(({ of }) => of(request));
  return { text: textOf(statement, true, "wait"), parameters };
}

const bareUpsert = sql`
    with session as materialized (
      select session_id from guest_sessions
      where session_id = ${SESSION} and expires_at > now() and converted_to_user_id is null
      for key share
    )
    insert into guest_cart_items as l (session_id, menu_id, quantity)
    select session_id, ${DISH}, ${QUANTITY}::int from session
    on conflict (session_id, menu_id) do update set quantity = l.quantity + excluded.quantity
    returning id, quantity`.compile(compiler);

const statements: Record<Reference, Compiled> = {
  add: lone(addLines(guest), { ...shopper, menuId: DISH, quantity: QUANTITY, change }),
  set: lone(updateLines(guest), { ...shopper, itemId: LINE, quantity: QUANTITY }),
  remove: lone(deleteLines(guest), { ...shopper, itemId: LINE }),
  cart: lone(readCarts(guest), shopper),
  session: lone(findSessions, SESSION),
  store: lone(updateStores, { sessionId: SESSION, storeId: STORE, change }),
  create: lone(insertSessions, { sessionId: SESSION, ttl: DAY }),
  /** The least that any cart could do for an add, so that nobody can say we raced against a slow statement of our own. */
  "bare upsert": { text: bareUpsert.sql, parameters: bareUpsert.parameters },
};

/** Says what stands in the place of each thing that differs between requests. */
export type Values<T> = { session: T; dish: T; line: T; quantity: T };

export function compiled(reference: Reference): Compiled {
  return statements[reference];
}

/** A parameter with this request's values in it, also where it is an array of one. Others stay as they are. */
export function fillIn<T>(parameter: unknown, values: Values<T>): unknown {
  if (Array.isArray(parameter)) return parameter.map((part) => fillIn(part, values));
  if (parameter === SESSION) return values.session;
  if (parameter === DISH) return values.dish;
  if (parameter === LINE) return values.line;
  if (parameter === QUANTITY) return values.quantity;
  return parameter;
}
