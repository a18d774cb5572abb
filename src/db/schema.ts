/**
 * The model of every table that Torioki reads or writes, as data: Kysely's types are inferred from it, and
 * `schema.db.test.ts` fails where it and the migrated database disagree. CONTRACT: the two guest tables have
 * exactly these columns, for good; of the host's three tables only the columns named here are relied on.
 */
import type { ColumnType } from "kysely";

type TypeScriptOf = {
  integer: number;
  "character varying": string;
  text: string;
  boolean: boolean;
  "timestamp with time zone": Date;
  jsonb: unknown;
};

type Column = { type: keyof TypeScriptOf; notNull: boolean; hasDefault: boolean };
type Table = { host: boolean; columns: Record<string, Column> };

const column = <T extends keyof TypeScriptOf>(type: T) =>
  ({ type, notNull: false, hasDefault: false }) as const;
const required = <T extends keyof TypeScriptOf>(type: T) =>
  ({ type, notNull: true, hasDefault: false }) as const;
const defaulted = <T extends keyof TypeScriptOf>(type: T) =>
  ({ type, notNull: false, hasDefault: true }) as const;
const always = <T extends keyof TypeScriptOf>(type: T) =>
  ({ type, notNull: true, hasDefault: true }) as const;

export const tables = {
  stores: {
    host: true,
    columns: {
      id: always("integer"),
      name: required("text"),
      address: column("text"),
      is_active: always("boolean"),
    },
  },
  menus: {
    host: true,
    columns: {
      id: always("integer"),
      store_id: required("integer"),
      name: required("text"),
      price: required("integer"),
      description: column("text"),
      image_url: column("text"),
      is_available: always("boolean"),
    },
  },
  users: { host: true, columns: { id: always("integer") } },
  guest_sessions: {
    host: false,
    columns: {
      id: always("integer"),
      session_id: required("character varying"),
      selected_store_id: column("integer"),
      created_at: defaulted("timestamp with time zone"),
      expires_at: required("timestamp with time zone"),
      converted_to_user_id: column("integer"),
      last_accessed_at: defaulted("timestamp with time zone"),
    },
  },
  guest_cart_items: {
    host: false,
    columns: {
      id: always("integer"),
      session_id: required("character varying"),
      menu_id: required("integer"),
      quantity: always("integer"),
      added_at: defaulted("timestamp with time zone"),
      updated_at: defaulted("timestamp with time zone"),
    },
  },
  torioki_idempotency_keys: {
    host: false,
    columns: {
      session_id: required("character varying"),
      key: required("text"),
      fingerprint: required("text"),
      created_at: always("timestamp with time zone"),
    },
  },
  torioki_store_hours: {
    host: false,
    columns: { store_id: required("integer"), time_zone: required("text"), week: required("jsonb") },
  },
  torioki_migrations: {
    host: false,
    columns: {
      name: required("text"),
      checksum: required("text"),
      applied_at: always("timestamp with time zone"),
    },
  },
  torioki_undo: {
    host: false,
    columns: { id: always("integer"), migration: required("text"), statement: required("text") },
  },
} as const satisfies Record<string, Table>;

type Selected<C extends Column> = C["notNull"] extends true
  ? TypeScriptOf[C["type"]]
  : TypeScriptOf[C["type"]] | null;
type Inserted<C extends Column> = C["hasDefault"] extends true
  ? Selected<C> | undefined
  : C["notNull"] extends true
    ? Selected<C>
    : Selected<C> | undefined;
type KyselyTable<T extends Table> = {
  [K in keyof T["columns"]]: ColumnType<
    Selected<T["columns"][K]>,
    Inserted<T["columns"][K]>,
    Selected<T["columns"][K]>
  >;
};

/** What Kysely knows of the database. */
export type Schema = { [Name in keyof typeof tables]: KyselyTable<(typeof tables)[Name]> };
