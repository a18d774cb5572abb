import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { tables } from "./schema.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

type Row = { table: string; column: string; type: string; not_null: boolean; has_default: boolean };
const show = (row: Row) =>
  `${row.table}.${row.column} ${row.type}${row.not_null ? " not null" : ""}${row.has_default ? " default" : ""}`;

it("schema.ts and the migrated database agree on every table and column", async () => {
  const found = await database.query<Row>(
    `select table_name as table, column_name as column, data_type as type,
       is_nullable = 'NO' as not_null, column_default is not null as has_default
     from information_schema.columns where table_schema = 'public'`,
  );
  const model = Object.entries(tables).flatMap(([table, { columns }]) =>
    Object.entries(columns).map(([column, { type, notNull, hasDefault }]) => ({
      table,
      column,
      type,
      not_null: notNull,
      has_default: hasDefault,
    })),
  );
  expect(found.map(show).sort()).toEqual(model.map(show).sort());
});
