/**
 * A process of its own that asks a server so many times a second, whatever the server's pace (an open loop: what is slow
 * cannot slow its measurement), and prints how long the answers took. Run by the other benchmarks:
 * node bench/steady-load.ts URL REQUESTS_PER_SECOND SECONDS
 */
import { httpClient } from "../test/helpers/http-client.ts";

const [, , url = "", perSecond = "100", seconds = "10"] = process.argv;
const client = httpClient(64);
const call = (method: string, path: string, cookie?: string, body?: object) =>
  client.call(method, `${url}${path}`, { cookie, body });

const visitors: string[] = [];
for (let n = 0; n < 50; n += 1) {
  const { cookie = "" } = await call("POST", "/api/guest/session");
  await call("POST", "/api/guest/session/store", cookie, { store_id: 4 });
  visitors.push(cookie);
}

const times: number[] = [];
const failed = new Map<number, number>();
const running: Promise<void>[] = [];
const total = Number(perSecond) * Number(seconds);
const start = performance.now();
for (let n = 0; n < total; n += 1) {
  const due = start + (n * 1_000) / Number(perSecond);
  const early = due - performance.now();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  running.push(ask(n, Math.max(due, start)));
}
await Promise.all(running);
client.close();
times.sort((a, b) => a - b);
const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(
  JSON.stringify({
    requests: times.length,
    failed: Object.fromEntries(failed),
    p50: quantile(0.5),
    p99: quantile(0.99),
    most: quantile(1),
  }),
);

/** One of three: a look-up, a cart, an add to it. */
async function ask(n: number, due: number): Promise<void> {
  const cookie = visitors[n % visitors.length];
  const { status } = await (n % 3 === 0
    ? call("GET", "/api/guest/session", cookie)
    : n % 3 === 1
      ? call("GET", "/api/guest/cart", cookie)
      : call("POST", "/api/guest/cart/add", cookie, { menu_id: 1_000 + (n % 50) }));
  times.push(performance.now() - due);
  // 409: a line has reached its 99.
  if (status >= 400 && status !== 409) failed.set(status, (failed.get(status) ?? 0) + 1);
}
