import { beforeEach, describe, expect, it } from "vitest";
import {
  createApi,
  fillCart,
  linesOfUser,
  newShopper,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";
import type { Logger } from "../torioki.ts";

const held = useApi();
let visitor: Visitor;
let userId: number;

beforeEach(async () => {
  visitor = await newShopper(held, "guest");
  userId = await newUser(held.database);
  visitor.userId = userId;
});

const linesOf = (id = userId) => linesOfUser(held, id);

describe("beside a login", () => {
  const lines: object[] = [];
  const note = (fields: object, message: string) => void lines.push({ ...fields, message });
  const logger: Logger = { info() {}, warn: note, error: note };
  beforeEach(() => {
    lines.length = 0;
  });

  it("gives the receipt and the Set-Cookie for the login's answer", async () => {
    await fillCart(visitor, [[10, 2]]);
    const headers = new Headers({ Cookie: visitor.cookie as string });
    const { receipt, setCookie } = await held.api.torioki.handOverAtLogin({ headers, userId });
    expect(receipt).toMatchObject({ user_id: userId, total_quantity: 2 });
    expect(setCookie).toContain("guest_session_id=; Max-Age=0");
  });

  it("takes the headers of Node's requests, too", async () => {
    await fillCart(visitor, [[10, 2]]);
    const headers = { host: "x", cookie: visitor.cookie, "x-many": ["a", "b"], "x-none": undefined };
    const { receipt, setCookie } = await held.api.torioki.handOverAtLogin({ headers, userId });
    expect([receipt?.total_quantity, setCookie]).toEqual([2, expect.stringContaining("Max-Age=0")]);
  });

  it("sets no cookie where an app holds the token itself, and does nothing without a token", async () => {
    await fillCart(visitor, [[10, 2]]);
    const headers = new Headers({ "X-Guest-Session": visitor.token });
    const { receipt, setCookie } = await held.api.torioki.handOverAtLogin({ headers, userId });
    expect([receipt?.total_quantity, setCookie]).toEqual([2, undefined]);
    expect(await held.api.torioki.handOverAtLogin({ headers: new Headers(), userId })).toEqual({});
  });

  it("never throws: a fault is logged and counted, and the cart waits for the next try", async () => {
    await fillCart(visitor, [[10, 2]]);
    const api = await createApi({ database: held.database.source, logger });
    const headers = new Headers({ Cookie: visitor.cookie as string });
    await held.database.query("alter table torioki_hand_overs rename to away");
    expect(await api.torioki.handOverAtLogin({ headers, userId })).toEqual({});
    await held.database.query("alter table away rename to torioki_hand_overs");
    expect(lines).toMatchObject([
      { user_id: userId, message: "a login went on without the hand-over of its cart" },
    ]);
    expect(JSON.stringify(lines)).not.toContain(visitor.token);
    expect(await linesOf()).toEqual([]);
    const figures = async () => (await api.call("GET", "/metrics")).text;
    expect(await figures()).toContain('torioki_hand_overs_total{at="login",outcome="failed"} 1');
    expect((await api.torioki.handOverAtLogin({ headers, userId })).receipt?.total_quantity).toBe(2);
    expect(await figures()).toContain('torioki_hand_overs_total{at="login",outcome="done"} 1');
    await api.torioki.close();
  });

  it("counts what a request may bring as refused, and logs nothing of it", async () => {
    const api = await createApi({ database: held.database.source, logger });
    const headers = new Headers({ Cookie: `guest_session_id=${"a".repeat(64)}` });
    expect(await api.torioki.handOverAtLogin({ headers, userId })).toEqual({});
    headers.set("X-Guest-Session", "b".repeat(64));
    expect(await api.torioki.handOverAtLogin({ headers, userId })).toEqual({});
    expect(lines).toEqual([]);
    expect((await api.call("GET", "/metrics")).text).toContain('at="login",outcome="refused"} 2');
    await api.torioki.close();
  });

  it("logs what a host's program does wrong, and does not throw", async () => {
    const api = await createApi({ database: held.database.source, logger });
    const headers = new Headers({ Cookie: visitor.cookie as string });
    for (const wrong of [
      undefined,
      { headers },
      { headers, userId: Number.NaN },
      { headers, userId: "7" },
      { userId },
    ]) {
      expect(await api.torioki.handOverAtLogin(wrong as never)).toEqual({});
    }
    expect(lines).toHaveLength(5);
    expect((await api.call("GET", "/metrics")).text).toContain('at="login",outcome="failed"} 5');
    await api.torioki.close();
  });
});
