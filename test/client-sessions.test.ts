/** How the client starts sessions, and starts them over: by changes alone, once, however many ask at the same time. */
import { createServer } from "node:http";
import { connect } from "node:net";
import { CookieJar } from "tough-cookie";
import { beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../src/client/client.ts";
import { linesOf, modes, newShopper, refusalOf, type ShopperOptions, useServer } from "./helpers/client.ts";
import { until } from "./helpers/until.ts";

const held = useServer();
const STARTED = "POST /api/guest/session 201";
const startsIn = (log: string[]) => log.filter((line) => line === STARTED).length;

/** What there is of sessions and lines, in the whole database. */
const counts = async () => {
  const { rows } = await held.query(
    "select (select count(*)::int from guest_sessions) sessions, (select coalesce(sum(quantity), 0)::int from guest_cart_items) dishes",
  );
  return rows[0] as { sessions: number; dishes: number };
};
beforeEach(async () => {
  await held.query("delete from guest_sessions");
});

describe.each(modes)("%s mode", (mode) => {
  const shopper = (options?: ShopperOptions) => newShopper(held.server.url, mode, options);

  it.each([1, 20])(
    "%i adds at once without a session are one session, and each of them counts",
    async (times) => {
      const { client, log } = shopper();
      const adds = Array.from({ length: times }, () => client.cart.add({ menu_id: 10 }, { storeId: 1 }));
      await Promise.all(adds);
      expect(await client.cart.get()).toMatchObject({ total_items: times });
      expect(startsIn(log)).toBe(1);
      expect(await counts()).toEqual({ sessions: 1, dishes: times });
    },
  );

  const ends = {
    expired: () => held.query("update guest_sessions set expires_at = now() - interval '1 second'"),
    deleted: () => held.query("delete from guest_sessions"),
    "handed over": () =>
      held.query(
        "with u as (insert into users default values returning id) update guest_sessions set converted_to_user_id = u.id from u",
      ),
  };
  describe.each(Object.entries(ends))("a session that is %s", (_, end) => {
    it("is started over by an add, once, at the store where it was", async () => {
      const { client, log } = shopper();
      await client.cart.add({ menu_id: 10 }, { storeId: 1 });
      await client.cart.add({ menu_id: 20 }, { storeId: 2 });
      await end();
      log.length = 0;
      const adds = Array.from({ length: 20 }, () => client.cart.add({ menu_id: 21 }));
      await Promise.all(adds);
      const cart = await client.cart.get();
      expect([linesOf(cart as never), cart?.selected_store_id]).toEqual([[[21, 20]], 2]);
      expect(startsIn(log)).toBe(1);
    });

    it("is started over by a choice of store", async () => {
      const { client, log } = shopper();
      await client.cart.add({ menu_id: 10 }, { storeId: 1 });
      await end();
      expect(await client.session.selectStore(2)).toMatchObject({ selected_store_id: 2 });
      expect(startsIn(log)).toBe(2);
    });

    it("is told of by what reads, and refuses what is about a line that is gone with it", async () => {
      const { client, log } = shopper();
      const cart = await client.cart.add({ menu_id: 10 }, { storeId: 1 });
      const line = cart.items[0]?.id as number;
      await end();
      expect([await client.cart.get(), await client.session.get()]).toEqual([null, null]);
      for (const call of [
        () => client.cart.setQuantity(line, 2),
        () => client.cart.remove(line),
        () => client.cart.clear(),
        () => client.session.ticket(),
      ])
        expect(await refusalOf(call())).toMatchObject({ code: "guest_session_required", status: 401 });
      await client.session.remove();
      expect(startsIn(log)).toBe(1);
    });
  });

  it("a page that was opened anew goes on at the store of the cart that it has read", async () => {
    const first = shopper();
    await first.client.cart.add({ menu_id: 20 }, { storeId: 2 });
    const { jar, tokens } = first;
    for (const read of ["cart", "session"] as const) {
      const { client } = shopper({ jar, tokens });
      await client[read].get();
      await held.query("delete from guest_sessions");
      expect(await client.cart.add({ menu_id: 21 })).toMatchObject({ selected_store_id: 2, total_items: 1 });
    }
  });

  it("gives up where a session does not stay: one start for each change, not one after the other", async () => {
    // Cookies are blocked; the storage forgets.
    const jar = new CookieJar();
    jar.setCookie = async () => undefined;
    const { client, log } = shopper({ jar, tokens: { get: () => null, set: () => {} } });
    expect((await refusalOf(client.cart.add({ menu_id: 10 }, { storeId: 1 }))).code).toBe(
      "guest_session_required",
    );
    expect(startsIn(log)).toBe(1);
    expect((await refusalOf(client.session.selectStore(1))).code).toBe("guest_session_required");
    expect(startsIn(log)).toBe(2);
  });

  it("two starts at once are one", async () => {
    const { client } = shopper();
    const [one, two] = await Promise.all([client.session.start(), client.session.start()]);
    expect(one).toEqual(two);
    expect((await counts()).sessions).toBe(1);
  });

  it("a start that failed is tried anew by the next change", async () => {
    let isDown = true;
    const { client } = shopper({
      headers: async () => {
        if (isDown) throw new Error("the secure storage is locked");
        return {};
      },
    });
    await expect(client.cart.add({ menu_id: 10 }, { storeId: 1 })).rejects.toThrow("locked");
    isDown = false;
    expect(await client.cart.add({ menu_id: 10 }, { storeId: 1 })).toMatchObject({ total_items: 1 });
  });

  it("aborted while a session is started: one rejects at once, the other goes on", async () => {
    const gate = Promise.withResolvers<void>();
    const { client, log } = shopper({
      before: async (path) => {
        if (path === "/api/guest/session") await gate.promise;
      },
    });
    const controller = new AbortController();
    const reason = new Error("the page is gone");
    const aborted = client.cart.add({ menu_id: 10 }, { storeId: 1, signal: controller.signal });
    const other = client.cart.add({ menu_id: 11 }, { storeId: 1 });
    await until(() => log.length === 2);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    gate.resolve();
    expect(linesOf(await other)).toEqual([[11, 1]]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await counts()).toEqual({ sessions: 1, dishes: 1 });
  });
});

it("two tabs that start at the same time have one session between them, and nothing is lost", async () => {
  for (let round = 1; round <= 20; round += 1) {
    const one = newShopper(held.server.url, "cookie");
    const two = newShopper(held.server.url, "cookie", { jar: one.jar });
    await Promise.all(
      [one, two].flatMap(({ client }) => [
        client.cart.add({ menu_id: 10 }, { storeId: 1 }),
        client.cart.add({ menu_id: 11 }, { storeId: 1 }),
      ]),
    );
    expect(linesOf((await one.client.cart.get()) as never).sort()).toEqual([
      [10, 2],
      [11, 2],
    ]);
    expect(await two.client.cart.get()).toEqual(await one.client.cart.get());
    expect((await counts()).sessions).toBe(round);
  }
});

it("every add counts exactly once on a network that drops requests and answers", async () => {
  const dropped = { requests: 0, answers: 0 };
  let seed = 20_261_123;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  // Whole answers are taken off, not pieces of them: a change is then done, and its client does not know.
  const proxy = createServer({ keepAlive: false }, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (chance() < 0.1) {
      dropped.requests += 1;
      response.socket?.destroy();
      return;
    }
    const { port } = held.server;
    const upstream = connect(port, "127.0.0.1");
    const headers = Object.entries({ ...request.headers, connection: "close" })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
    upstream.write(Buffer.concat(chunks));
    const answer: Buffer[] = [];
    for await (const chunk of upstream) answer.push(chunk);
    if (chance() < 0.2) {
      dropped.answers += 1;
      response.socket?.destroy();
    } else response.socket?.end(Buffer.concat(answer));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as { port: number };

  const { client, tokens } = newShopper(held.server.url, "header");
  await client.session.selectStore(4);
  const shaky = createClient({ baseUrl: `http://127.0.0.1:${port}`, tokens });
  const asked = new Map<number, number>();
  for (let n = 0; n < 200; n += 20) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const menu_id = 1000 + i;
        const quantity = 1 + (i % 3);
        // Three tries may all fail: a person would press the button again, with the same key.
        const idempotencyKey = `add-${n + i}`;
        for (let presses = 1; ; presses += 1) {
          try {
            await shaky.cart.add({ menu_id, quantity }, { idempotencyKey });
            break;
          } catch (error) {
            expect(error).toMatchObject({ code: "network_error" });
            expect(presses).toBeLessThan(6);
          }
        }
        asked.set(menu_id, (asked.get(menu_id) ?? 0) + quantity);
      }),
    );
  }
  proxy.close();
  const cart = await client.cart.get();
  expect(linesOf(cart as never).sort()).toEqual([...asked].sort());
  expect(dropped.requests).toBeGreaterThan(10);
  expect(dropped.answers).toBeGreaterThan(20);
});
