import { describe, expect, it } from "vitest";
import { codeOf, kinds, newShopper, useApi, type Visitor } from "../../test/helpers/api.ts";
import type { Cart } from "../carts/contract.ts";
import type { Session } from "./contract.ts";

const held = useApi();

describe.each(kinds)("an Idempotency-Key of a %s", (kind) => {
  const add = (visitor: Visitor, key: string, body: object = { menu_id: 10, quantity: 2 }) =>
    visitor.call<Cart>("POST", `${visitor.cartPath}/add`, { body, headers: { "Idempotency-Key": key } });

  it("gives a change one effect however often it is sent, and the repeat says so", async () => {
    const visitor = await newShopper(held, kind);
    await visitor.choose(1);
    const first = await add(visitor, "k1");
    expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([201, null]);
    await visitor.add(11);
    const again = await add(visitor, "k1");
    expect([again.status, again.headers.get("idempotency-replayed"), again.body.total_items]).toEqual([
      201,
      "true",
      3,
    ]);
    expect((await add(visitor, "k2")).body.total_items).toBe(5);
  });

  it("is refused for another request, and unusable where it is no key", async () => {
    const visitor = await newShopper(held, kind);
    await visitor.choose(1);
    await add(visitor, "k1");
    expect(codeOf(await add(visitor, "k1", { menu_id: 10, quantity: 3 }))).toBe("idempotency_key_reused");
    const choose = { body: { store_id: 2 }, headers: { "Idempotency-Key": "k1" } };
    expect(codeOf(await visitor.call("POST", visitor.storePath, choose))).toBe("idempotency_key_reused");
    for (const key of ["", "k".repeat(256), "a b"]) {
      expect(codeOf(await add(visitor, key))).toBe("idempotency_key_invalid");
    }
    expect((await visitor.cart()).body.total_items).toBe(2);
  });

  it("is free again where the change was refused", async () => {
    const visitor = await newShopper(held, kind);
    expect(codeOf(await add(visitor, "k1"))).toBe("store_not_selected");
    await visitor.choose(1);
    expect((await add(visitor, "k1")).body.total_items).toBe(2);
  });

  it("belongs to its owner alone", async () => {
    for (const visitor of [await newShopper(held, kind), await newShopper(held, kind)]) {
      await visitor.choose(1);
      expect((await add(visitor, "shared")).headers.get("idempotency-replayed")).toBeNull();
    }
  });

  it("does not undo a later choice of store", async () => {
    const visitor = await newShopper(held, kind);
    const choose = (store_id: number, key: string) =>
      visitor.call<Session>("POST", visitor.storePath, {
        body: { store_id },
        headers: { "Idempotency-Key": key },
      });
    await choose(1, "a");
    await choose(2, "b");
    const again = await choose(1, "a");
    expect([again.body.selected_store_id, again.headers.get("idempotency-replayed")]).toEqual([2, "true"]);
  });

  it("sent twice at once has one effect", async () => {
    const visitor = await newShopper(held, kind);
    await visitor.choose(1);
    const answers = await Promise.all(Array.from({ length: 10 }, () => add(visitor, "k1")));
    for (const answer of answers) {
      if (answer.status !== 201)
        expect([answer.status, codeOf(answer)]).toEqual([409, "idempotency_key_in_flight"]);
    }
    expect((await visitor.cart()).body.total_items).toBe(2);
  });
});
