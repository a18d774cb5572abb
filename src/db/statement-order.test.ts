import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { currentClient, Deadline, underDeadline } from "../deadline.ts";
import { StatementOrder } from "./statement-order.ts";

/** Statements that take a turn of the event loop each, and the order in which they ran. */
function open() {
  const order = new StatementOrder();
  const ran: string[] = [];
  const statement = (name: string) => async () => {
    ran.push(name);
    await turn();
    return name;
  };
  return {
    ran,
    single: (client: string) =>
      underDeadline(new Deadline(1_000, () => client), () => order.run(statement(client))),
    batch: () => order.run(statement("batch")),
    fail: () =>
      order.run(async () => {
        throw new Error("refused");
      }),
  };
}

it("gives every statement its own result, one after the other", async () => {
  const { single, batch, ran } = open();
  expect(await Promise.all([single("a"), batch(), single("b")])).toEqual(["a", "batch", "b"]);
  expect(ran).toEqual(["a", "batch", "b"]);
});

it("runs batches first, and after three of them a statement of a single request", async () => {
  const { single, batch, ran } = open();
  const first = single("first");
  await Promise.all([first, single("a"), single("a"), ...Array.from({ length: 5 }, batch)]);
  expect(ran).toEqual(["first", "batch", "batch", "batch", "a", "batch", "batch", "a"]);
});

it("lets a client that has one statement wait for one of a client that has many", async () => {
  const { single, ran } = open();
  const flood = Array.from({ length: 20 }, () => single("flood"));
  await Promise.all([...flood, single("shopper")]);
  expect(ran.indexOf("shopper")).toBeLessThanOrEqual(2);
});

it("goes on after a statement that fails", async () => {
  const { fail, batch, single } = open();
  await expect(fail()).rejects.toThrow("refused");
  expect(await Promise.all([batch(), single("a")])).toEqual(["batch", "a"]);
});

it("runs a statement in its own request's context", async () => {
  const order = new StatementOrder();
  const ask = (client: string) =>
    underDeadline(new Deadline(1_000, () => client), () => order.run(async () => currentClient()));
  expect(await Promise.all([ask("a"), ask("b"), ask("c")])).toEqual(["a", "b", "c"]);
});
