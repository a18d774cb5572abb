/** Requests that go together, on every engine: each has its own answer and its own refusal, whatever the others are. */
import { beforeAll, describe, expect, it } from "vitest";
import { codeOf, guestWith, newShopper, newUser, useApi, type Visitor } from "../../test/helpers/api.ts";
import type { Cart } from "../carts/contract.ts";

const held = useApi();

const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status);

describe("requests that arrive together", () => {
  it("that read one cart have all of its content, each in its language", async () => {
    const visitor = await guestWith(held, [1000, 1001], 3);
    const other = await guestWith(held, [1002]);
    await held.database.query("update menus set is_available = false where id = 1001");
    try {
      const languages = Array.from({ length: 20 }, (_, n) => (n % 2 ? "ja" : "en"));
      const reads = languages.map((language) =>
        visitor.call("GET", "/api/guest/cart", { headers: { "Accept-Language": language } }),
      );
      const [, , ...rest] = await Promise.all([other.cart(), visitor.add(1003), ...reads, other.cart()]);
      const carts = rest.map(({ body }) => body as Cart);
      for (const [n, cart] of carts.slice(0, -1).entries()) {
        expect(cart.items[0]).toMatchObject({ menu_id: 1000, quantity: 3 });
        const message = languages[n] === "ja" ? /売り切れ/ : /sold out/;
        expect(cart.items[1]?.notices[0]?.message).toMatch(message);
      }
      expect(carts.at(-1)?.items).toMatchObject([{ menu_id: 1002 }]);
    } finally {
      await held.database.query("update menus set is_available = true where id = 1001");
    }
  });

  it("are answered each for itself, in one language and the other", async () => {
    const dead = await guestWith(held, [1000]);
    await held.api.call("DELETE", "/api/guest/session", { headers: { Cookie: dead.cookie as string } });
    const [full, storeless, soldOut, english, japanese, reader] = await Promise.all([
      guestWith(held, [1000], 99),
      newShopper(held, "guest"),
      guestWith(held, []),
      guestWith(held, [1001]),
      guestWith(held, [1001]),
      guestWith(held, [1002], 7),
    ]);
    await soldOut.choose(1);
    for (const visitor of [english, japanese])
      await held.database.query("update guest_cart_items set menu_id = 13 where session_id = $1", [
        (await visitor.session()).body.session_id,
      ]);
    const add = (visitor: Visitor, menu_id: number, headers = {}) =>
      visitor.call("POST", "/api/guest/cart/add", { body: { menu_id }, headers });
    const [first, ...refused] = await Promise.all([
      add(english, 1003),
      add(dead, 1000),
      add(full, 1000),
      add(storeless, 1000),
      add(soldOut, 13),
      add(reader, 999_999),
      add(held.api.visitor(), 1000),
    ]);
    expect(first.status).toBe(201);
    expect(refused.map(codeOf)).toEqual([
      "guest_session_required",
      "quantity_limit_exceeded",
      "store_not_selected",
      "menu_unavailable",
      "menu_not_found",
      "guest_session_required",
    ]);

    for (const visitor of [english, japanese]) await visitor.choose(1);
    const read = (visitor: Visitor, language: string) =>
      visitor.call("GET", "/api/guest/cart", { headers: { "Accept-Language": language } });
    const carts = await Promise.all([
      read(english, "en"),
      read(japanese, "ja"),
      read(english, "ja"),
      reader.cart(),
      reader.cart(),
    ]);
    expect(statusesOf(carts)).toEqual([200, 200, 200, 200, 200]);
    const sentence = (n: number) => carts[n]?.text ?? "";
    expect([
      /sold out/.test(sentence(0)),
      /売り切れ/.test(sentence(1)),
      /売り切れ/.test(sentence(2)),
    ]).toEqual([true, true, true]);
    expect(sentence(3)).toBe(sentence(4));
    expect(JSON.parse(sentence(3)).total_items).toBe(7);
  });

  it("tell a visitor nothing of another's line, not even that its owner removes it at the same moment", async () => {
    const [owner, other] = await Promise.all([guestWith(held, [1000]), guestWith(held, [1001])]);
    const line = (await owner.cart()).body.items[0]?.id;
    const [removed, foreign] = await Promise.all([owner.remove(line), other.remove(line)]);
    expect([removed.status, foreign.status, codeOf(foreign)]).toEqual([200, 404, "item_not_found"]);
  });

  it("write the keys of those that carry one, and repeat nothing", async () => {
    const visitors = await Promise.all(Array.from({ length: 8 }, () => guestWith(held, [])));
    const addAll = () =>
      Promise.all(
        visitors.map((visitor, n) =>
          visitor.call("POST", "/api/guest/cart/add", {
            body: { menu_id: 1000, quantity: 1 + n },
            headers: n % 2 ? { "Idempotency-Key": `key-${n}` } : {},
          }),
        ),
      );
    expect(statusesOf(await addAll())).toEqual(Array(8).fill(201));
    const again = await addAll();
    expect(again.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual(
      visitors.map((_, n) => (n % 2 ? "true" : null)),
    );
    const totals = again.map(({ text }) => JSON.parse(text).total_items);
    expect(totals).toEqual(visitors.map((_, n) => (n % 2 ? 1 + n : 2 * (1 + n))));
  });

  it("give many users their first carts at once", async () => {
    const users = await Promise.all(
      Array.from({ length: 12 }, async () => held.api.user(await newUser(held.database))),
    );
    expect(statusesOf(await Promise.all(users.map((user) => user.choose(4))))).toEqual(Array(12).fill(200));
    const carts = await Promise.all(users.map((user, n) => user.add(1000, 1 + n)));
    expect(carts.map(({ body }) => body.total_items)).toEqual(users.map((_, n) => 1 + n));
  });
});

describe("a batch that PostgreSQL refuses because of one of its members", () => {
  const POISON = 1005;
  beforeAll(async () => {
    await held.database.query(`
      create function refuse_poison() returns trigger language plpgsql as $$
      begin
        raise exception 'a rule of the host''s';
      end
      $$`);
    await held.database.query(
      `create trigger refuse_poison before insert or update on guest_cart_items
       for each row when (new.menu_id = ${POISON}) execute function refuse_poison()`,
    );
    await held.database.query("create sequence deadlocks");
    await held.database.query(`
      create function fail_at_first() returns trigger language plpgsql as $$
      begin
        if nextval('deadlocks') <= 2 then
          raise exception using errcode = 'deadlock_detected', message = 'not this time';
        end if;
        return new;
      end
      $$`);
  });

  it("harms none of the others", async () => {
    const visitors = await Promise.all(Array.from({ length: 9 }, () => guestWith(held, [])));
    const answers = await Promise.all(visitors.map((visitor, n) => visitor.add(n === 4 ? POISON : 1000)));
    expect(statusesOf(answers)).toEqual(visitors.map((_, n) => (n === 4 ? 500 : 201)));
    const carts = await Promise.all(visitors.map((visitor) => visitor.cart()));
    expect(carts.map(({ body }) => body.total_items)).toEqual(visitors.map((_, n) => (n === 4 ? 0 : 1)));
  });

  it("is no refusal where the next try goes through", async () => {
    await held.database.query(
      `create trigger fail_at_first before insert on guest_cart_items
       for each row when (new.menu_id = 1006) execute function fail_at_first()`,
    );
    const visitors = await Promise.all(Array.from({ length: 6 }, () => guestWith(held, [])));
    const answers = await Promise.all(visitors.map((visitor) => visitor.add(1006, 2)));
    expect(answers.map(({ status, body }) => [status, body.total_items])).toEqual(Array(6).fill([201, 2]));
  });
});
