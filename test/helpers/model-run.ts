/** Carries operations out on the server as one visitor, beside the model, and compares every answer. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Cart } from "../../src/carts/contract.ts";
import { type Answer, codeOf, type Visitor } from "./api.ts";
import { Model, type ModelCart, type Operation } from "./model.ts";

const menu = fc.constantFrom(10, 11, 12, 13, 20, 21, 30, 1000, 1001, 999_999);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("choose" as const), store: fc.constantFrom(1, 1, 2, 3, 4, 99) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      menu,
      quantity: fc.constantFrom(1, 1, 2, 5, 40, 99),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      menu,
      quantity: fc.integer({ min: 1, max: 99 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), menu }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const) }) },
);

/** One shopper on the server and the same one in the model. */
export class ModelRun {
  readonly model = new Model();
  readonly #visitor: Visitor;
  readonly #lineIds = new Map<number, number>();

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async step(step: Operation): Promise<void> {
    const expected = this.model.apply(step);
    const answer = await carryOut(this.#visitor, step, this.#lineIds);
    expect({ step, status: answer.status, code: codeOf(answer) }).toEqual({
      step,
      code: undefined,
      ...expected,
    });
    if (answer.status < 300 && step.kind !== "choose") this.#compare(answer.body);
  }

  /** Lines that no cart has shown yet: a hand-over brings those of other stores, too. */
  learn(lines: { menu_id: number; id: number }[]): void {
    for (const { menu_id, id } of lines) this.#lineIds.set(menu_id, id);
  }

  async compare(): Promise<void> {
    this.#compare((await this.#visitor.cart()).body);
  }

  #compare(cart: Cart): void {
    expect(summary(cart)).toEqual(this.model.cart());
    for (const item of cart.items) this.#lineIds.set(item.menu_id, item.id);
  }
}

export async function runBesideModel(visitor: Visitor, operations: Operation[]): Promise<Model> {
  const run = new ModelRun(visitor);
  for (const step of operations) await run.step(step);
  await run.compare();
  return run.model;
}

function carryOut(visitor: Visitor, step: Operation, lineIds: Map<number, number>): Promise<Answer<Cart>> {
  const lineOf = (menuId: number) => lineIds.get(menuId) ?? 2_147_483_647;
  switch (step.kind) {
    case "choose":
      return visitor.choose(step.store) as Promise<Answer<never>>;
    case "add":
      return visitor.add(step.menu, step.quantity);
    case "set":
      return visitor.set(lineOf(step.menu), step.quantity);
    case "remove":
      return visitor.remove(lineOf(step.menu));
    case "clear":
      return visitor.clear();
    case "read":
      return visitor.cart();
  }
}

function summary(cart: Cart): ModelCart {
  return {
    selected_store_id: cart.selected_store_id,
    items: cart.items.map(({ menu_id, quantity, subtotal }) => ({ menu_id, quantity, subtotal })),
    total_items: cart.total_items,
    total_amount: cart.total_amount,
    other_stores: cart.other_stores.map(({ store_id, total_items }) => ({ store_id, total_items })),
  };
}
