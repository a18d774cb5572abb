import fc from "fast-check";
import { expect, it } from "vitest";
import { kinds, newShopper, usePatientApi } from "../../test/helpers/api.ts";
import { operation, runBesideModel } from "../../test/helpers/model-run.ts";

const held = usePatientApi();

it.each(kinds)("every %s's cart equals the model after any sequence of operations", async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
      await runBesideModel(await newShopper(held, kind), operations);
    }),
    { numRuns: 40 },
  );
});

it("500 sessions with 20 mixed operations each, all at once, equal the model", async () => {
  const sessions = fc.sample(fc.array(operation, { minLength: 20, maxLength: 20 }), 500);
  const models = await Promise.all(
    sessions.map(async (operations) => runBesideModel(await newShopper(held, "guest"), operations)),
  );
  const [stored] = await held.database.query<{ lines: number; quantity: number }>(
    `select count(*)::int as lines, sum(quantity)::int as quantity
     from guest_cart_items where session_id in (select session_id from guest_sessions order by id desc limit 500)`,
  );
  const lines = models.flatMap((model) => model.lines);
  expect(stored).toEqual({
    lines: lines.length,
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
  });
});
