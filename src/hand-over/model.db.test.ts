import fc from "fast-check";
import { expect, it } from "vitest";
import { newShopper, newUser, useApi } from "../../test/helpers/api.ts";
import type { Model } from "../../test/helpers/model.ts";
import { ModelRun, operation } from "../../test/helpers/model-run.ts";

const held = useApi();

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ who: fc.constant("guest" as const), operation }) },
  { weight: 2, arbitrary: fc.record({ who: fc.constant("user" as const), operation }) },
  { weight: 1, arbitrary: fc.record({ who: fc.constant("hand-over" as const), operation }) },
);

const total = (model: Model) => model.lines.reduce((sum, { quantity }) => sum + quantity, 0);

it("a user's cart equals the model after any sequence of a guest's changes, the user's and hand-overs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const userId = await newUser(held.database);
      const user = new ModelRun(held.api.user(userId));
      let visitor = await newShopper(held, "guest");
      let guest = new ModelRun(visitor);
      for (const { who, operation } of steps) {
        if (who === "user") await user.step(operation);
        if (who === "guest") await guest.step(operation);
        if (who !== "hand-over") continue;
        visitor.userId = userId;
        const { status, body } = await visitor.convert();
        expect([status, body.total_quantity]).toEqual([200, total(guest.model)]);
        user.model.takeOver(guest.model);
        user.learn(
          await held.database.query("select id, menu_id from user_cart_items where user_id = $1", [userId]),
        );
        await user.compare();
        visitor = await newShopper(held, "guest");
        guest = new ModelRun(visitor);
      }
      await user.compare();
      await guest.compare();
    }),
    { numRuns: 40 },
  );
});
