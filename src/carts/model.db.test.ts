import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, createApi, kinds, newShopper } from "../../test/helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { operation, runBesideModel } from "../../test/helpers/model-run.ts";

let database: TestDatabase;
let api: Api;
let pool: pg.Pool | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  // A pool of the host's has no time limits: on a machine that is busy with other tests, 500 visitors at once may wait
  // longer than our own pool allows, and what is asked here is whether the carts are right.
  if (typeof database.source === "string") pool = new pg.Pool({ connectionString: database.source });
  api = await createApi({ database: pool ?? database.source });
});
afterAll(async () => {
  await api.torioki.close();
  await pool?.end();
  await database.close();
});

it.each(kinds)("every %s's cart equals the model after any sequence of operations", async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
      await runBesideModel(await newShopper({ api, database }, kind), operations);
    }),
    { numRuns: 40 },
  );
});

it("500 sessions with 20 mixed operations each, all at once, equal the model", async () => {
  const sessions = fc.sample(fc.array(operation, { minLength: 20, maxLength: 20 }), 500);
  const models = await Promise.all(
    sessions.map(async (operations) =>
      runBesideModel(await newShopper({ api, database }, "guest"), operations),
    ),
  );
  const [stored] = await database.query<{ lines: number; quantity: number }>(
    `select count(*)::int as lines, sum(quantity)::int as quantity
     from guest_cart_items where session_id in (select session_id from guest_sessions order by id desc limit 500)`,
  );
  const lines = models.flatMap((model) => model.lines);
  expect(stored).toEqual({
    lines: lines.length,
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
  });
});
