/**
 * The very statement that the server sends for one request that comes alone, taken from the queries themselves: what
 * the references run, one by one.
 */
import { DummyDriver, Kysely, PostgresAdapter, PostgresQueryCompiler, type RawBuilder, sql } from "kysely";
import { guest } from "../src/carts/owner.ts";
import { addLine, deleteLine, readCart, updateLine } from "../src/carts/queries.ts";
import { findSession, insertSession, updateStore } from "../src/guest-sessions/queries.ts";
import type { Operation } from "./load.ts";
import { STORE } from "./sessions.ts";

/** Stand for what differs between requests, and are found again among the statement's parameters. */
const SESSION = "<session>";
const DISH = 2_000_000_001;
const LINE = 2_000_000_002;
const QUANTITY = 2_000_000_003;
const DAY = 86_400;

export type Reference = Exclude<Operation, "mixed"> | "bare upsert";

const statements: Record<Reference, RawBuilder<unknown>> = {
  add: addLine(guest(SESSION), DISH, QUANTITY, undefined),
  set: updateLine(guest(SESSION), LINE, QUANTITY),
  remove: deleteLine(guest(SESSION), LINE),
  cart: readCart(guest(SESSION)),
  session: findSession(SESSION),
  store: updateStore(SESSION, STORE, undefined),
  create: insertSession(SESSION, DAY),
  /** The least that any cart could do for an add, so that nobody can say we raced against a slow statement of our own. */
  "bare upsert": sql`
    with session as materialized (
      select session_id from guest_sessions
      where session_id = ${SESSION} and expires_at > now() and converted_to_user_id is null
      for key share
    )
    insert into guest_cart_items as l (session_id, menu_id, quantity)
    select session_id, ${DISH}, ${QUANTITY}::int from session
    on conflict (session_id, menu_id) do update set quantity = l.quantity + excluded.quantity
    returning id, quantity`,
};

/** Says what stands in the place of each thing that differs between requests. */
export type Values<T> = { session: T; dish: T; line: T; quantity: T };

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: () => {
      throw new Error("nothing to look into");
    },
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function compiled(reference: Reference): { text: string; parameters: readonly unknown[] } {
  const { sql: text, parameters } = statements[reference].compile(compiler);
  return { text, parameters };
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
