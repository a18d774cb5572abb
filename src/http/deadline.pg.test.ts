/** Each step of a request has its own time limit; all of them together have one, too. */
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { expect, it } from "vitest";
import { createApi, useApi } from "../../test/helpers/api.ts";

const held = useApi();
/** RELIABILITY, promise 6. Milliseconds. */
const MOST = 3_000;

it("answers within 3 s where the login is slow and the database hangs after it", async () => {
  const { torioki } = await createApi({
    database: held.database.source,
    authenticate: async () => {
      await setTimeout(2_400);
      return 1;
    },
  });
  const holder = new pg.Client(held.database.source as string);
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table user_cart_items in access exclusive mode");
  const start = performance.now();
  const response = await torioki.fetch(new Request("http://torioki.test/api/user/cart"));
  expect(performance.now() - start).toBeLessThan(MOST);
  expect(response.status).toBe(503);
  await holder.query("rollback");
  await holder.end();
  await torioki.close();
});

it("answers within 3 s where a login handler hangs", async () => {
  const { torioki } = await createApi({
    database: held.database.source,
    authHandler: () => new Promise(() => {}),
  });
  const start = performance.now();
  const response = await torioki.fetch(new Request("http://torioki.test/api/auth/get-session"));
  expect(performance.now() - start).toBeLessThan(MOST);
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { code: "authentication_unavailable" },
  ]);
  await torioki.close();
});

it("does not count how long a client uploads", async () => {
  const { torioki } = await createApi({ database: held.database.source });
  const body = new ReadableStream({
    async start(controller) {
      await setTimeout(3_000);
      controller.enqueue(new TextEncoder().encode("{}"));
      controller.close();
    },
  });
  const headers = { "Content-Type": "application/json" };
  const request = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  const response = await torioki.fetch(new Request("http://torioki.test/api/guest/session", request));
  expect(response.status).toBe(201);
  await torioki.close();
});
