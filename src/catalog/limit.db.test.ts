/** Reads of the catalog share the connections with the carts: three at once, 50 wait, further ones are refused. */
import { expect, inject, it } from "vitest";
import { codeOf, newShopper, useApi } from "../../test/helpers/api.ts";

const held = useApi();

it("many reads at once: at most 50 wait, and whoever is refused is told when to come back", async () => {
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, n) =>
      held.api.call("GET", n % 2 ? "/api/stores?q=a" : `/api/stores/${n % 4 ? 4 : 1}/menus`),
    ),
  );
  const most = 50 + (inject("engine") === "pglite" ? 1 : 3);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(most);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(new Set(refused.map(codeOf))).toEqual(new Set(["overloaded"]));
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  expect((await held.api.call("GET", "/api/stores")).status).toBe(200);
});

it("a host's own calls have the same bound", async () => {
  const { catalog } = held.api.torioki;
  const outcomes = await Promise.all(
    Array.from({ length: 120 }, () =>
      catalog.getStore(1).then(
        () => "read",
        ({ code }) => code,
      ),
    ),
  );
  expect(new Set(outcomes)).toEqual(new Set(["read", "overloaded"]));
});

it.skipIf(inject("engine") === "pglite")(
  "takes three connections at most, one of them for searches, and carts do not wait for them",
  async () => {
    const shopper = await newShopper(held, "guest");
    await shopper.choose(4);
    let most: { reads: number; searches: number } | undefined;
    await held.database.db.transaction().execute(async (tx) => {
      await tx.executeQuery(
        (await import("kysely")).CompiledQuery.raw("lock table torioki_store_hours in access exclusive mode"),
      );
      const reads = Array.from({ length: 40 }, (_, n) =>
        held.api.call("GET", n < 20 ? `/api/stores/${n + 1}` : `/api/stores?q=${n}`),
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      [most] = await held.database.query<{ reads: number; searches: number }>(
        `select count(*)::int as reads, count(*) filter (where query like '%ilike%')::int as searches from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%torioki_store_hours%'`,
      );
      for (let n = 0; n < 10; n += 1) expect((await shopper.add(1000)).status).toBe(201);
      void Promise.allSettled(reads);
    });
    expect(most).toEqual({ reads: 3, searches: 1 });
  },
);
