import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PGlite } from "@electric-sql/pglite";
import { expect, it } from "vitest";
import { createTorioki } from "../src/torioki.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
/** What lives, in bytes. */
function heap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it("changes with made-up tokens cost no memory, and made-up addresses no more than a counter each", async () => {
  const torioki = await createTorioki({
    database: new PGlite(),
    migrate: true,
    rateLimit: { failures: { most: 100, seconds: 600 } },
    clientAddress: (request) => request.headers.get("X-Test-Address"),
    logger: { info() {}, warn() {}, error() {} },
  });
  const change = (address: string) =>
    torioki
      .fetch(
        new Request("http://torioki.test/api/guest/cart", {
          method: "DELETE",
          headers: { "X-Guest-Session": randomBytes(48).toString("base64url"), "X-Test-Address": address },
        }),
      )
      .then(({ status }) => status);
  const changes = async (count: number, address: (n: number) => string) => {
    const statuses = new Set<number>();
    for (let n = 0; n < count; n += 50) {
      const calls = Array.from({ length: 50 }, (_, m) => change(address(n + m)));
      for (const status of await Promise.all(calls)) statuses.add(status);
    }
    return statuses;
  };
  expect(await changes(1_000, () => "203.0.113.7")).toEqual(new Set([401, 429]));
  const before = heap();
  expect(await changes(40_000, () => "203.0.113.7")).toEqual(new Set([429]));
  // 21 million before counters were bounded: 536 bytes for each token.
  expect(heap() - before).toBeLessThan(4_000_000);
  const between = heap();
  expect(await changes(10_000, (n) => `198.${n % 250}.${n >> 8}.${n & 255}`)).toEqual(new Set([401]));
  // 977 bytes for each address before that, now some 150.
  expect(heap() - between).toBeLessThan(5_000_000);
  await torioki.close();
});
