import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { dumpSchema } from "../../test/helpers/schema-dump.ts";
import { type Migration, readMigrations } from "./migrations.ts";
import { isMigrated, migrateDown, migrateUp, migrationStatus } from "./migrator.ts";

const migrations = readMigrations();
const names = migrations.map((migration) => migration.name);
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query("drop schema if exists torioki_jobs, public cascade");
  await database.query("create schema public");
});

const states = async (options?: { migrations: Migration[] }) =>
  (await migrationStatus(database.db, options)).map(({ name, state }) => `${state} ${name}`);

/** As pg_class tells it, without the two engines' own things. */
const tables = async () =>
  (
    await database.query<{ relname: string }>(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
    )
  ).map((row) => row.relname);

describe("migrations", () => {
  it("go up, all at once, and say so", async () => {
    expect(await states()).toEqual(names.map((name) => `pending ${name}`));
    expect(await isMigrated(database.db, migrations)).toBe(false);
    expect(await migrateUp(database.db)).toEqual({ applied: names, report: [] });
    expect(await states()).toEqual(names.map((name) => `applied ${name}`));
    expect(await isMigrated(database.db, migrations)).toBe(true);
    expect(await migrateUp(database.db)).toEqual({ applied: [], report: [] });
  });

  it("leave the same schema after up, down, up", async () => {
    await migrateUp(database.db);
    const before = await dumpSchema(database);
    for (const _ of migrations) await migrateDown(database.db);
    expect(await dumpSchema(database)).toEqual([]);
    await migrateUp(database.db);
    expect(await dumpSchema(database)).toEqual(before);
  });

  it("go down one at a time, to a name, or to the bottom", async () => {
    await migrateUp(database.db);
    expect(await migrateDown(database.db)).toEqual(names.slice(-1));
    await migrateUp(database.db);
    expect(await migrateDown(database.db, { to: names[0] as string })).toEqual(names.slice(1).reverse());
    expect(await migrateDown(database.db, { to: null })).toEqual([names[0]]);
    expect(await migrateDown(database.db)).toEqual([]);
    await expect(migrateDown(database.db, { to: "0001_nonsense" })).rejects.toThrow(
      "0001_nonsense is not applied",
    );
  });

  it("leave the host's tables and their rows untouched, up and down", async () => {
    await database.query(
      "create table stores (id int primary key, name varchar(9), address text, is_active boolean, extra int)",
    );
    await database.query("insert into stores values (7, 'Host', null, true, 1)");
    await database.query("create table users (id bigint primary key, email text)");
    const before = await dumpSchema(database);
    await migrateUp(database.db);
    await migrateDown(database.db, { to: null });
    expect(await dumpSchema(database)).toEqual(before);
    expect(await database.query("select * from stores")).toMatchObject([{ id: 7, name: "Host", extra: 1 }]);
  });

  it.each([
    ["create table stores (id int primary key, name text)", "stores.address is missing: add it as text"],
    [
      "create table stores (id uuid primary key, name text, address text, is_active boolean)",
      "stores.id is uuid: Torioki needs integer",
    ],
    [
      "create table stores (id int primary key, name text, address text, is_active smallint)",
      "stores.is_active is smallint: Torioki needs boolean",
    ],
    ["create table users (id int, email text)", "users.id has no unique key"],
    ["create view users as select 1 as id", "users is no table"],
  ])("refuse host tables that no call could work on: %s", async (statement, blocker) => {
    await database.query(statement);
    const before = await dumpSchema(database);
    expect((await migrationStatus(database.db))[0]?.blockers.join()).toContain(blocker);
    await expect(migrateUp(database.db)).rejects.toThrow(blocker);
    expect(await dumpSchema(database)).toEqual(before);
  });

  it("tell a file that was changed after it was applied, and refuse to go on over it", async () => {
    await migrateUp(database.db);
    const [first, ...rest] = migrations as [Migration, ...Migration[]];
    const changed = { ...first, checksum: "changed" };
    const added = { ...first, name: "9999_new", up: "create table t ()", down: "drop table t" };
    expect(await states({ migrations: [changed, ...rest] })).toContain(`drifted ${first.name}`);
    await expect(migrateUp(database.db, { migrations: [changed, ...rest, added] })).rejects.toThrow(
      "restore its files",
    );
    expect(await tables()).not.toContain("t");
  });

  it("tell an applied migration that this program does not have", async () => {
    await migrateUp(database.db);
    const older = migrations.slice(0, -1);
    expect(await states({ migrations: older })).toContain(`missing ${names.at(-1)}`);
    expect(await isMigrated(database.db, older)).toBe(true);
    await expect(migrateDown(database.db, { migrations: older })).rejects.toThrow("run the newer version");
  });

  it("change nothing at all where one of them fails", async () => {
    const broken = {
      ...(migrations[0] as Migration),
      name: "9999_broken",
      up: "create table t (); select 1 / 0",
    };
    await expect(migrateUp(database.db, { migrations: [...migrations, broken] })).rejects.toThrow(
      "division by zero",
    );
    expect(await tables()).toEqual([]);
  });

  it("read the same under any line ending", () => {
    expect(migrations[0]?.up).not.toContain("\r");
  });
});

describe("the two guest tables", () => {
  it("are the contract's, column by column and rule by rule", async () => {
    await migrateUp(database.db);
    const own = (await dumpSchema(database)).filter((line) =>
      /^(column|constraint|index) (guest_(sessions|cart_items)[._ ]|ix_guest)/.test(line),
    );
    expect(own).toEqual([
      "column guest_cart_items.added_at timestamp with time zone null now()",
      "column guest_cart_items.id integer not null nextval('guest_cart_items_id_seq'::regclass)",
      "column guest_cart_items.menu_id integer not null -",
      "column guest_cart_items.quantity integer not null 1",
      "column guest_cart_items.session_id character varying(64) not null -",
      "column guest_cart_items.updated_at timestamp with time zone null now()",
      "column guest_sessions.converted_to_user_id integer null -",
      "column guest_sessions.created_at timestamp with time zone null now()",
      "column guest_sessions.expires_at timestamp with time zone not null -",
      "column guest_sessions.id integer not null nextval('guest_sessions_id_seq'::regclass)",
      "column guest_sessions.last_accessed_at timestamp with time zone null now()",
      "column guest_sessions.selected_store_id integer null -",
      "column guest_sessions.session_id character varying(64) not null -",
      "constraint guest_cart_items.guest_cart_items_menu_id_fkey FOREIGN KEY (menu_id) REFERENCES menus(id)",
      "constraint guest_cart_items.guest_cart_items_quantity_range CHECK (((quantity >= 1) AND (quantity <= 99)))",
      "constraint guest_cart_items.guest_cart_items_session_id_fkey FOREIGN KEY (session_id) REFERENCES guest_sessions(session_id) ON DELETE CASCADE",
      "constraint guest_cart_items.guest_cart_items_session_id_menu_id_key UNIQUE (session_id, menu_id)",
      "constraint guest_cart_items.ix_guest_cart_items_id PRIMARY KEY (id)",
      "constraint guest_sessions.guest_sessions_converted_to_user_id_fkey FOREIGN KEY (converted_to_user_id) REFERENCES users(id)",
      "constraint guest_sessions.guest_sessions_selected_store_id_fkey FOREIGN KEY (selected_store_id) REFERENCES stores(id)",
      "constraint guest_sessions.ix_guest_sessions_id PRIMARY KEY (id)",
      "index guest_cart_items_session_id_menu_id_key CREATE UNIQUE INDEX guest_cart_items_session_id_menu_id_key ON public.guest_cart_items USING btree (session_id, menu_id)",
      "index ix_guest_cart_items_id CREATE UNIQUE INDEX ix_guest_cart_items_id ON public.guest_cart_items USING btree (id)",
      "index ix_guest_cart_items_session_id CREATE INDEX ix_guest_cart_items_session_id ON public.guest_cart_items USING btree (session_id)",
      "index ix_guest_sessions_expires_at CREATE INDEX ix_guest_sessions_expires_at ON public.guest_sessions USING btree (expires_at)",
      "index ix_guest_sessions_id CREATE UNIQUE INDEX ix_guest_sessions_id ON public.guest_sessions USING btree (id)",
      "index ix_guest_sessions_session_id CREATE UNIQUE INDEX ix_guest_sessions_session_id ON public.guest_sessions USING btree (session_id)",
    ]);
  });
});
