import { expect, it } from "vitest";
import { FairQueue } from "./fair-queue.ts";

/** Items are named by their client and a number. */
function queueOf(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.add(item.slice(0, 1), item);
  return queue;
}
const allOf = (queue: FairQueue<string>) => {
  const items: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
  return items.join(" ");
};

it("takes one item of each client in turn, and a client's own in their order", () => {
  expect(allOf(queueOf("a1", "a2", "a3", "b1", "c1", "c2"))).toBe("a1 b1 c1 a2 c2 a3");
});

it("puts a client that asks now and then before clients that have had a turn", () => {
  const queue = queueOf("a1", "a2", "a3", "b1", "b2");
  expect([queue.next(), queue.next(), queue.next()]).toEqual(["a1", "b1", "a2"]);
  queue.add("s", "shopper");
  queue.add("b", "b3");
  expect(allOf(queue)).toBe("shopper b2 a3 b3");
});

it("puts clients that ask again as soon as they are served behind the others", () => {
  const queue = queueOf("a1", "b1", "c1");
  const served: string[] = [];
  for (let n = 0; n < 9; n += 1) {
    const item = queue.next() as string;
    served.push(item.slice(0, 1));
    queue.add(item.slice(0, 1), item);
  }
  expect(served.join("")).toBe("abcabcabc");
});

it("gives a client who has had a turn another one, and forgets those who have gone, while new clients come without an end", () => {
  const queue = queueOf("s1", "s2");
  const served: (string | undefined)[] = [];
  for (let n = 0; n < 100_000; n += 1) {
    queue.add(`stranger ${n}`, `stranger ${n}`);
    served.push(queue.next());
  }
  expect(served.indexOf("s2")).toBeLessThan(6);
  expect(queue.clients).toBeLessThan(20);
});

it("knows its size, lets go of what does not wait any more, and begins anew when it is empty", () => {
  const queue = queueOf("a1", "a2", "b1");
  expect(queue.remove("a", "a1")).toBe(true);
  expect(queue.remove("a", "a1")).toBe(false);
  expect(queue.remove("z", "z1")).toBe(false);
  expect(queue.size).toBe(2);
  expect(allOf(queue)).toBe("a2 b1");
  expect(queue.size).toBe(0);
  queue.add("b", "b2");
  queue.add("a", "a3");
  expect(allOf(queue)).toBe("b2 a3");
});

it("gives up the newest item of the client that has most, or of the one that had its turn last", () => {
  const queue = queueOf("a1", "b1", "b2", "b3", "c1");
  expect(queue.removeLast()).toBe("b3");
  expect(queue.removeLast()).toBe("b2");
  expect(queue.next()).toBe("a1");
  queue.add("a", "a2");
  expect(queue.removeLast()).toBe("a2");
  expect(allOf(queue)).toBe("b1 c1");
  expect(queue.removeLast()).toBeUndefined();
});

it("takes out all items of one kind, whoever they are of", () => {
  const queue = queueOf("a1", "a2", "b1", "b2", "c1");
  expect(queue.takeAll((item) => item.endsWith("1")).sort()).toEqual(["a1", "b1", "c1"]);
  expect(queue.size).toBe(2);
  expect(queue.takeAll((item) => item === "z")).toEqual([]);
  expect(allOf(queue)).toBe("a2 b2");
  queue.add("a", "a1");
  expect(queue.takeAll(() => true)).toEqual(["a1"]);
  expect(queue.next()).toBeUndefined();
});

it("leaves an item that is not ready in its place, and takes the next one of its client or of the next client", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "b1", "c1", "a2", "a3"]) queue.add(item[0] as string, item);
  const isReady = (item: string) => item !== "a1" && item !== "b1";
  expect([queue.next(isReady), queue.next(isReady), queue.next(isReady)]).toEqual(["a2", "c1", "a3"]);
  expect(queue.next(isReady)).toBeUndefined();
  expect(queue.size).toBe(2);
  expect([queue.next(), queue.next()].sort()).toEqual(["a1", "b1"]);
});

it.each([0, 1, 2, 3, 4, 8].flatMap((begun) => [0, 1, 2, 3, 5, 10, 40].map((fresh) => ({ begun, fresh }))))(
  "refuses the one that would be served last: $begun have had a turn, $fresh are new",
  ({ begun, fresh }) => {
    const filled = () => {
      const queue = new FairQueue<string>();
      for (let n = 0; n < begun + 1; n += 1) queue.add(`s${n}`, `s${n}`);
      for (let n = 0; n < begun; n += 1) queue.next();
      // Of those who have had a turn, every other one asks again.
      for (let n = 0; n < begun; n += 2) queue.add(`s${n}`, `s${n} again`);
      for (let n = 0; n < fresh; n += 1) queue.add(`f${n}`, `f${n}`);
      return queue;
    };
    const order = (queue: FairQueue<string>) => Array.from({ length: queue.size }, () => queue.next());
    expect(filled().removeLast()).toBe(order(filled()).at(-1));
  },
);

it("forgets new clients that leave while nobody has a turn", () => {
  const queue = new FairQueue<number>();
  queue.add("stays", 0);
  for (let n = 1; n <= 1_000; n += 1) {
    queue.add(`client ${n}`, n);
    expect(queue.remove(`client ${n}`, n)).toBe(true);
  }
  expect(queue.clients).toBe(1);
});
