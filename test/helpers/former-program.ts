/**
 * The two tables as another program (an ORM in another language) makes them: plain session ids, no unique line per
 * menu, a foreign key without cascade, a second index on the primary key, expired rows, quantities over 99.
 */
import { randomBytes } from "node:crypto";
import type { TestDatabase } from "./database.ts";

export const FORMER_TABLES = `
  create table stores (id serial primary key, name varchar(100) not null, address varchar(255), is_active boolean not null default true);
  create table menus (id serial primary key, store_id integer not null references stores (id), name varchar(100) not null,
    price integer not null, description text, image_url varchar(255), is_available boolean not null default true);
  create table users (id serial primary key, email varchar(255) not null);
  create table guest_sessions (
    id serial primary key,
    session_id varchar(64) not null,
    selected_store_id integer references stores (id) on delete set null,
    created_at timestamptz default now(),
    expires_at timestamptz not null,
    converted_to_user_id integer references users (id),
    last_accessed_at timestamptz default now()
  );
  create index ix_guest_sessions_id on guest_sessions (id);
  create unique index ix_guest_sessions_session_id on guest_sessions (session_id);
  create table guest_cart_items (
    id serial primary key,
    session_id varchar(64) not null references guest_sessions (session_id),
    menu_id integer not null references menus (id),
    quantity integer not null,
    added_at timestamptz default now(),
    updated_at timestamptz
  );
  create index ix_guest_cart_items_id on guest_cart_items (id);
  create index ix_guest_cart_items_session_id on guest_cart_items (session_id);
  create index ix_guest_cart_items_menu_id on guest_cart_items (menu_id)`;

export async function makeFormerTables(database: TestDatabase): Promise<void> {
  for (const statement of FORMER_TABLES.split(";")) await database.query(statement);
  await database.query("insert into stores (name) values ('Kanda'), ('Yokohama')");
  await database.query(
    "insert into menus (store_id, name, price) select 1 + n % 2, 'Dish ' || n, 100 + n from generate_series(1, 20) n",
  );
  await database.query("insert into users (email) values ('a@example.com')");
}

/**
 * Fills the tables: every tenth session expired, each with three lines, of which the third is of the first one's menu
 * in every fourth session (in every hundredth their sum is over 99).
 * @returns the visitors' tokens
 */
export async function fillFormerTables(database: TestDatabase, sessions: number): Promise<string[]> {
  const tokens = Array.from({ length: sessions }, () => randomBytes(48).toString("base64url"));
  await database.query(
    `insert into guest_sessions (session_id, selected_store_id, expires_at)
     select token, 1, now() + case when n % 10 = 0 then interval '-1 hour' else interval '10 hours' end
     from unnest($1::text[]) with ordinality as t (token, n) order by n`,
    [tokens],
  );
  await database.query(
    `insert into guest_cart_items (session_id, menu_id, quantity)
     select token, case when line = 3 and n % 4 = 0 then 2 else line * 2 end, case when n % 100 = 0 then 60 else line end
     from unnest($1::text[]) with ordinality as t (token, n), generate_series(1, 3) line order by n, line`,
    [tokens],
  );
  return tokens;
}
