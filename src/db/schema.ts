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
  uuid: string;
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
  users: {
    host: true,
    // Only the id is relied on. The others are there where Torioki made the table, for its own accounts.
    columns: {
      id: always("integer"),
      name: always("text"),
      email: column("text"),
      email_verified: always("boolean"),
      image: column("text"),
      created_at: always("timestamp with time zone"),
      updated_at: always("timestamp with time zone"),
    },
  },
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
  user_cart_items: {
    host: false,
    columns: {
      id: always("integer"),
      user_id: required("integer"),
      menu_id: required("integer"),
      quantity: always("integer"),
      added_at: always("timestamp with time zone"),
      updated_at: always("timestamp with time zone"),
    },
  },
  torioki_user_carts: {
    host: false,
    columns: { user_id: required("integer"), selected_store_id: column("integer") },
  },
  torioki_user_idempotency_keys: {
    host: false,
    columns: {
      user_id: required("integer"),
      key: required("text"),
      fingerprint: required("text"),
      created_at: always("timestamp with time zone"),
    },
  },
  torioki_hand_overs: {
    host: false,
    columns: {
      session_id: required("character varying"),
      user_id: required("integer"),
      converted_at: always("timestamp with time zone"),
      items: required("jsonb"),
    },
  },
  torioki_tickets: {
    host: false,
    columns: {
      ticket_hash: required("character varying"),
      session_id: required("character varying"),
      expires_at: required("timestamp with time zone"),
    },
  },
  torioki_login_sessions: {
    host: false,
    columns: {
      id: always("integer"),
      user_id: required("integer"),
      token: required("text"),
      expires_at: required("timestamp with time zone"),
      ip_address: column("text"),
      user_agent: column("text"),
      created_at: required("timestamp with time zone"),
      updated_at: required("timestamp with time zone"),
    },
  },
  torioki_login_accounts: {
    host: false,
    columns: {
      id: always("integer"),
      user_id: required("integer"),
      account_id: required("text"),
      provider_id: required("text"),
      password: column("text"),
      access_token: column("text"),
      refresh_token: column("text"),
      id_token: column("text"),
      access_token_expires_at: column("timestamp with time zone"),
      refresh_token_expires_at: column("timestamp with time zone"),
      scope: column("text"),
      created_at: required("timestamp with time zone"),
      updated_at: required("timestamp with time zone"),
    },
  },
  torioki_login_verifications: {
    host: false,
    columns: {
      id: always("integer"),
      identifier: required("text"),
      value: required("text"),
      expires_at: required("timestamp with time zone"),
      created_at: required("timestamp with time zone"),
      updated_at: required("timestamp with time zone"),
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
  torioki_look_up_cache: {
    host: false,
    columns: {
      id: always("integer"),
      database_id: always("uuid"),
      generation: always("integer"),
      off_until: always("timestamp with time zone"),
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
