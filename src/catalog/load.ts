/** Puts a catalog into the database: what is there is changed, what is not is added, nothing is deleted. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Db } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";
import { OperatorError } from "../errors.ts";
import type { CatalogFile } from "./contract.ts";

type Tx = Transaction<Schema>;
export type Loaded = { storesAdded: number; storesChanged: number; menusAdded: number; menusChanged: number };

/**
 * Loads a catalog in one transaction, all or nothing. Stores and menus are known by their id where the file gives one,
 * else a store by its name and a menu by its store and name.
 * @throws OperatorError where a name stands for several stores or menus, or an id for a menu of another store
 */
export async function loadCatalog(db: Db, { stores }: CatalogFile): Promise<Loaded> {
  return db.transaction().execute(async (tx) => {
    const storeIds = await upsertStores(tx, stores);
    const menus = stores.flatMap((store, s) =>
      store.menus.map((menu) => ({ ...menu, store_id: storeIds.ids[s] as number })),
    );
    const menuIds = await upsertMenus(tx, menus);
    const withHours = stores.flatMap((store, s) =>
      store.hours ? [{ store_id: storeIds.ids[s], ...store.hours }] : [],
    );
    await sql`
      insert into torioki_store_hours (store_id, time_zone, week)
      select store_id, time_zone, week
      from jsonb_to_recordset(${JSON.stringify(withHours)}::jsonb) as f (store_id int, time_zone text, week jsonb)
      on conflict (store_id) do update set time_zone = excluded.time_zone, week = excluded.week`.execute(tx);
    await sql`
      delete from torioki_store_hours
      where store_id = any(${storeIds.ids.filter((_, s) => !stores[s]?.hours)}::int[])`.execute(tx);
    return {
      storesAdded: storeIds.added,
      storesChanged: stores.length - storeIds.added,
      menusAdded: menuIds.added,
      menusChanged: menus.length - menuIds.added,
    };
  });
}

async function upsertStores(
  tx: Tx,
  stores: CatalogFile["stores"],
): Promise<{ ids: number[]; added: number }> {
  const file = JSON.stringify(stores.map(({ menus, hours, ...store }, n) => ({ n, ...store })));
  const rows = sql`jsonb_to_recordset(${file}::jsonb) as f (n int, id int, name text, address text, is_active boolean)`;
  const { rows: known } = await sql<Known>`
    select f.n, f.id as wanted, f.name, array_remove(array_agg(st.id), null) as found
    from ${rows}
    left join stores st on case when f.id is not null then st.id = f.id else st.name = f.name end
    group by f.n, f.id, f.name order by f.n`.execute(tx);
  refuseAmbiguous("store", known);
  refuseShared("store", known);
  await sql`
    update stores st set name = f.name, address = f.address, is_active = f.is_active
    from ${rows}
    where st.id = any(${foundIds(known)}::int[])
      and case when f.id is not null then st.id = f.id else st.name = f.name end`.execute(tx);
  const added = await insertMissing(
    tx,
    "stores",
    known,
    (numbers, withId) => sql`
    insert into stores (${withId ? sql`id, ` : sql``}name, address, is_active)
    select ${withId ? sql`f.id, ` : sql``}f.name, f.address, f.is_active
    from ${rows} where f.n = any(${numbers}::int[]) order by f.n
    returning id, name`,
  );
  const idOf = new Map(added.map(({ id, name }) => [name, id]));
  return { ids: known.map(({ name, found }) => found[0] ?? (idOf.get(name) as number)), added: added.length };
}

type FileMenu = CatalogFile["stores"][number]["menus"][number] & { store_id: number };

async function upsertMenus(tx: Tx, menus: FileMenu[]): Promise<{ added: number }> {
  const file = JSON.stringify(menus.map((menu, n) => ({ n, ...menu })));
  const rows = sql`jsonb_to_recordset(${file}::jsonb) as f (
    n int, id int, store_id int, name text, price int, description text, image_url text, is_available boolean)`;
  const same = sql`case when f.id is not null then m.id = f.id else m.store_id = f.store_id and m.name = f.name end`;
  const { rows: strangers } = await sql<{ id: number }>`
    select m.id from ${rows} join menus m on m.id = f.id where m.store_id <> f.store_id order by m.id`.execute(
    tx,
  );
  if (strangers.length > 0) {
    throw new OperatorError(
      `nothing was loaded: menu ids ${strangers.map((row) => row.id).join(", ")} belong to another store in the database; give these menus other ids`,
    );
  }
  const { rows: known } = await sql<Known>`
    select f.n, f.id as wanted, f.name, array_remove(array_agg(m.id), null) as found
    from ${rows} left join menus m on ${same}
    group by f.n, f.id, f.name order by f.n`.execute(tx);
  refuseAmbiguous("menu", known);
  refuseShared("menu", known);
  await sql`
    update menus m set name = f.name, price = f.price, description = f.description,
      image_url = f.image_url, is_available = f.is_available
    from ${rows} where ${same}`.execute(tx);
  const added = await insertMissing(
    tx,
    "menus",
    known,
    (numbers, withId) => sql`
    insert into menus (${withId ? sql`id, ` : sql``}store_id, name, price, description, image_url, is_available)
    select ${withId ? sql`f.id, ` : sql``}f.store_id, f.name, f.price, f.description, f.image_url, f.is_available
    from ${rows} where f.n = any(${numbers}::int[]) order by f.n
    returning id, name`,
  );
  return { added: added.length };
}

/** One entry of the file: its place, the id it asks for, and the rows that it may stand for. */
type Known = { n: number; wanted: number | null; name: string; found: number[] };

type Inserted = { id: number; name: string };

function refuseAmbiguous(kind: string, known: Known[]): void {
  const doubled = known.find(({ found }) => found.length > 1);
  if (doubled) {
    throw new OperatorError(
      `nothing was loaded: the ${kind} name "${doubled.name}" stands for ids ${doubled.found.join(", ")} in the database; give its id in the file`,
    );
  }
}

/** An entry with an id and another with that row's present name would both change the one row. */
function refuseShared(kind: string, known: Known[]): void {
  const owners = new Map<number, Known>();
  for (const entry of known) {
    for (const id of entry.found) {
      const other = owners.get(id);
      if (other) {
        throw new OperatorError(
          `nothing was loaded: "${other.name}" and "${entry.name}" both stand for ${kind} ${id} in the database; give both an id in the file`,
        );
      }
      owners.set(id, entry);
    }
  }
}

function foundIds(known: Known[]): number[] {
  return known.flatMap(({ found }) => found);
}

/**
 * Inserts the entries that stand for no row, those with an id of their own first, so that the numbers which the
 * database gives to the others are free.
 */
async function insertMissing(
  tx: Tx,
  table: "stores" | "menus",
  known: Known[],
  insert: (numbers: number[], withId: boolean) => RawBuilder<Inserted>,
): Promise<Inserted[]> {
  const inserted: Inserted[] = [];
  for (const withId of [true, false]) {
    const numbers = known
      .filter(({ found, wanted }) => found.length === 0 && (wanted !== null) === withId)
      .map(({ n }) => n);
    if (numbers.length > 0) inserted.push(...(await insert(numbers, withId).execute(tx)).rows);
    if (withId) await raiseSequence(tx, table);
  }
  return inserted;
}

/** After rows with ids of their own, the table's sequence (where it has one) goes on above them. */
async function raiseSequence(tx: Tx, table: "stores" | "menus"): Promise<void> {
  await sql`
    select setval(s.name::regclass, t.highest)
    from (select pg_get_serial_sequence(${table}, 'id') as name) s,
      (select max(id) as highest from ${sql.table(table)}) t
    where s.name is not null and t.highest > coalesce(pg_sequence_last_value(s.name::regclass), 0)`.execute(
    tx,
  );
}
