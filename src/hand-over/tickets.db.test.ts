import { beforeEach, describe, expect, it } from "vitest";
import {
  codeOf,
  fillCart,
  linesOfUser,
  newShopper,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";

const held = useApi();
let visitor: Visitor;
let userId: number;

beforeEach(async () => {
  visitor = await newShopper(held, "guest");
  userId = await newUser(held.database);
  visitor.userId = userId;
});

const linesOf = (id = userId) => linesOfUser(held, id);

describe("a ticket", () => {
  /** Another browser, logged in as the same user. */
  const elsewhere = () => Object.assign(held.api.visitor(), { userId });

  it("hands the cart over in place of the cookie, once", async () => {
    await fillCart(visitor, [[10, 2]]);
    const { status, body } = await visitor.ticket();
    expect(status).toBe(201);
    expect(body.ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const other = elsewhere();
    const receipt = await other.convert({ ticket: body.ticket });
    expect([receipt.status, receipt.body.total_quantity]).toEqual([200, 2]);
    expect((await visitor.cart()).status).toBe(401);
    expect(await linesOf()).toEqual([{ menu_id: 10, quantity: 2 }]);
  });

  it("used, expired, unknown and malformed is refused in the same words", async () => {
    const used = (await visitor.ticket()).body.ticket;
    await elsewhere().convert({ ticket: used });
    const second = await newShopper(held, "guest");
    const expired = (await second.ticket()).body.ticket;
    await held.database.query("update torioki_tickets set expires_at = now() - interval '1 second'");
    const ended = await newShopper(held, "guest");
    const dead = (await ended.ticket()).body.ticket;
    await ended.end();
    const texts = new Set<string>();
    for (const ticket of [used, expired, dead, "A".repeat(43), "", "x".repeat(5_000), visitor.token]) {
      const refused = await elsewhere().call("POST", "/api/guest/session/convert", {
        body: { ticket },
        headers: { "X-Request-Id": "same" },
      });
      expect([refused.status, codeOf(refused)]).toEqual([401, "guest_session_required"]);
      texts.add(refused.text);
    }
    expect(texts.size).toBe(1);
  });

  it("is not used up by an attempt without a user", async () => {
    await fillCart(visitor, [[10, 2]]);
    const { ticket } = (await visitor.ticket()).body;
    expect(codeOf(await held.api.visitor().convert({ ticket }))).toBe("user_required");
    const nobody = Object.assign(held.api.visitor(), { userId: 2_000_000_000 });
    expect(codeOf(await nobody.convert({ ticket }))).toBe("user_required");
    expect((await elsewhere().convert({ ticket })).status).toBe(200);
  });

  it("lives 10 minutes and is stored as a hash alone", async () => {
    const { ticket, expires_at } = (await visitor.ticket()).body;
    const rows = await held.database.query<{ seconds: number; row: string }>(
      "select extract(epoch from t.expires_at - now())::int as seconds, t::text as row from torioki_tickets t where t.session_id = $1",
      [(await visitor.session()).body.session_id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.seconds).toBeGreaterThan(590);
    expect(rows[0]?.seconds).toBeLessThanOrEqual(600);
    expect(rows[0]?.row).not.toContain(ticket);
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 600_000)).toBeLessThan(10_000);
    const hash = /\w{64}/.exec(rows[0]?.row as string)?.[0] as string;
    expect(codeOf(await elsewhere().convert({ ticket: hash }))).toBe("guest_session_required");
  });

  it("beside nine others stays good; one more than ten replaces the oldest", async () => {
    const tickets: string[] = [];
    for (let n = 0; n < 11; n += 1) tickets.push((await visitor.ticket()).body.ticket);
    expect(codeOf(await elsewhere().convert({ ticket: tickets[0] }))).toBe("guest_session_required");
    const session = held.api.visitor();
    session.cookie = visitor.cookie;
    expect((await session.session()).status).toBe(200);
    expect((await elsewhere().convert({ ticket: tickets[1] })).status).toBe(200);
  });

  it("leaves alone the guest session of whoever brings it", async () => {
    await fillCart(visitor, [[10, 2]]);
    const { ticket } = (await visitor.ticket()).body;
    const phone = await newShopper(held, "guest");
    phone.userId = userId;
    await fillCart(phone, [[11, 1]]);
    const receipt = await phone.convert({ ticket });
    expect(receipt.body.items.map(({ menu_id }) => menu_id)).toEqual([10]);
    expect(receipt.headers.get("set-cookie")).toBeNull();
    expect((await phone.convert()).body.items.map(({ menu_id }) => menu_id)).toEqual([11]);
    // Its own ticket makes it forget its cookie, as the cookie itself would have.
    const own = await newShopper(held, "guest");
    own.userId = userId;
    expect(
      (await own.convert({ ticket: (await own.ticket()).body.ticket })).headers.get("set-cookie"),
    ).toContain("Max-Age=0");
  });

  it.each([
    ["{bad", 400, "invalid_json"],
    ['{"user_id":1}', 422, "invalid_request"],
  ])("is not made for the body %s", async (raw, status, code) => {
    const headers = { "Content-Type": "application/json" };
    const refused = await visitor.call("POST", "/api/guest/session/ticket", { raw, headers });
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
  });

  it("needs a live session", async () => {
    expect(codeOf(await held.api.visitor().ticket())).toBe("guest_session_required");
    await visitor.end();
    expect((await visitor.ticket()).status).toBe(401);
  });
});
