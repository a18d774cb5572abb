/** What is sent again, and what never is: counted at a server that misbehaves by a script. */
import { expect, it } from "vitest";
import { type ScriptedServer, type Step, startScripted } from "../../test/helpers/scripted-server.ts";
import { type ClientError, createClient } from "./client.ts";

const cart = {
  session_id: "a".repeat(64),
  selected_store_id: 1,
  items: [],
  total_items: 0,
  total_amount: 0,
  other_stores: [],
  expires_at: "2026-11-23T03:00:00.000Z",
};
const ok: Step = { status: 200, body: cart };
const added: Step = { status: 201, body: cart };
const refused = (status: number, code: string, retryAfter?: string): Step => ({
  status,
  headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter },
  body: { type: "about:blank", title: code, status, detail: `${code}.`, code, request_id: "r-1" },
});

const clientOf = ({ url }: ScriptedServer, timeout = 2_000) => createClient({ baseUrl: url, timeout });
const faultOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail("it was not refused"),
    (error: ClientError) => error,
  );
const keysOf = ({ arrived }: ScriptedServer) => arrived.map(({ key }) => key);

/** The calls by what makes them safe to send again. */
type Client = ReturnType<typeof createClient>;
const reads = { "cart.get": (client: Client) => client.cart.get() };
const keyed = {
  "cart.add": (client: Client) => client.cart.add({ menu_id: 10 }),
  "session.selectStore": (client: Client) => client.session.selectStore(1),
  "userCart.add": (client: Client) => client.userCart.add({ menu_id: 10 }),
  "userCart.selectStore": (client: Client) => client.userCart.selectStore(1),
};
const unkeyed = {
  "cart.setQuantity": (client: Client) => client.cart.setQuantity(1, 2),
  "cart.remove": (client: Client) => client.cart.remove(1),
  "cart.clear": (client: Client) => client.cart.clear(),
  "userCart.setQuantity": (client: Client) => client.userCart.setQuantity(1, 2),
  "session.start": (client: Client) => client.session.start(),
  "session.remove": (client: Client) => client.session.remove(),
  "session.ticket": (client: Client) => client.session.ticket(),
  handOver: (client: Client) => client.handOver(),
  "accounts.signIn": (client: Client) => client.accounts.signIn({ email: "a@example.com", password: "x" }),
};

const lost: Step[] = ["reset", "half an answer", "hang"];

for (const step of lost) {
  it.concurrent.each(Object.entries({ ...reads, ...keyed }))(
    `%s is sent again after: ${step}`,
    async (name, call) => {
      const server = await startScripted(step, step, name === "cart.add" ? added : ok);
      await call(clientOf(server, step === "hang" ? 150 : 2_000));
      expect(server.arrived).toHaveLength(3);
      const [key] = keysOf(server);
      expect(keysOf(server)).toEqual([key, key, key]);
      expect(key).toEqual(name === "cart.get" ? undefined : expect.stringMatching(/^[\w-]{20,}$/));
      expect(new Set(server.arrived.map(({ body }) => body)).size).toBe(1);
    },
  );

  it.concurrent.each(Object.entries(unkeyed))(`%s is sent once: ${step}`, async (_, call) => {
    const server = await startScripted(step);
    const error = await faultOf(call(clientOf(server, step === "hang" ? 150 : 2_000)));
    expect(error).toMatchObject({ name: "ClientError", code: "network_error", status: 0 });
    expect(error.cause).toBeInstanceOf(Error);
    // Long enough for a second try that should not be there.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.arrived).toHaveLength(1);
  });
}

it.concurrent("gives up after three tries, and each call has a key of its own", async () => {
  const server = await startScripted("reset");
  const client = clientOf(server);
  for (let calls = 1; calls <= 2; calls += 1) {
    expect((await faultOf(client.cart.add({ menu_id: 10 }))).code).toBe("network_error");
    expect(server.arrived).toHaveLength(calls * 3);
  }
  expect(new Set(keysOf(server)).size).toBe(2);
});

it.concurrent("takes the caller's key", async () => {
  const server = await startScripted("reset", added);
  await clientOf(server).cart.add({ menu_id: 10 }, { idempotencyKey: "order-7" });
  expect(keysOf(server)).toEqual(["order-7", "order-7"]);
});

it.concurrent("tells where nobody listens, in the client's language", async () => {
  const server = await startScripted(ok);
  await server.close();
  const error = await faultOf(createClient({ baseUrl: server.url, language: "ja-JP" }).cart.get());
  expect(error).toMatchObject({ code: "network_error", status: 0, requestId: undefined });
  expect(error.detail).toContain("サーバーに接続できません");
  expect(error.message).toBe(error.detail);
});

it.concurrent("sends a server that closes while it answers nothing more", async () => {
  const server = await startScripted("close");
  expect((await faultOf(clientOf(server).cart.clear())).code).toBe("network_error");
});

it.concurrent.each([
  ["429", refused(429, "rate_limited", "0")],
  ["503 overloaded", refused(503, "overloaded", "0")],
])("everything is sent again after %s: it was not carried out", async (_, step) => {
  for (const call of Object.values({ ...reads, ...keyed, ...unkeyed })) {
    const server = await startScripted(step, { status: 200, body: { ...cart, user: {} } });
    await call(clientOf(server));
    expect(server.arrived).toHaveLength(2);
    expect(keysOf(server)[0]).toBe(keysOf(server)[1]);
  }
});

it.concurrent.each([
  ["a database that is away", refused(503, "database_unavailable", "0")],
  ["a proxy's 503", { status: 503, headers: { "Retry-After": "0" }, body: "<h1>Busy</h1>" }],
  ["a proxy's 429", { status: 429, headers: { "Retry-After": "0" }, body: "<h1>Slow</h1>" }],
  ["a key that is in use", refused(409, "idempotency_key_in_flight", "0")],
] as [string, Step][])("what may have run is sent again with a key alone: %s", async (_, step) => {
  for (const call of Object.values({ ...reads, ...keyed })) {
    const server = await startScripted(step, ok);
    await call(clientOf(server));
    expect(server.arrived).toHaveLength(2);
    expect(keysOf(server)[0]).toBe(keysOf(server)[1]);
  }
  for (const call of Object.values(unkeyed)) {
    const server = await startScripted(step);
    await faultOf(call(clientOf(server)));
    expect(server.arrived).toHaveLength(1);
  }
});

it.concurrent("waits for as long as the server says", async () => {
  const server = await startScripted(refused(429, "rate_limited", "1"), ok);
  const start = performance.now();
  await clientOf(server).cart.get();
  expect(performance.now() - start).toBeGreaterThan(1_000);
});

it.concurrent.each([
  ["a wait of a day", refused(429, "rate_limited", "86400"), "rate_limited", 86_400],
  ["a date", refused(503, "overloaded", "Wed, 21 Oct 2026 07:28:00 GMT"), "overloaded", undefined],
  ["no Retry-After", refused(503, "database_unavailable"), "database_unavailable", undefined],
  ["a fault of the server's", refused(500, "internal_error"), "internal_error", undefined],
  ["a refusal", refused(409, "cart_full"), "cart_full", undefined],
] as [string, Step, string, number | undefined][])(
  "leaves to the caller: %s",
  async (_, step, code, retryAfter) => {
    const server = await startScripted(step);
    const error = await faultOf(clientOf(server).cart.add({ menu_id: 10 }));
    expect(error).toMatchObject({ code, retryAfter, detail: `${code}.`, requestId: "r-1" });
    expect(server.arrived).toHaveLength(1);
  },
);

it.concurrent.each([
  ["a proxy's page", { status: 502, body: "<h1>Bad Gateway</h1>" }],
  ["broken JSON", { status: 200, body: '{"items": [' }],
  ["a page in place of an answer", { status: 200, body: "<h1>Welcome to the hotel's Wi-Fi</h1>" }],
  ["nothing in place of an answer", { status: 200, body: "" }],
  ["JSON of somebody else's", { status: 418, body: ["teapot"] }],
  ["JSON's null", { status: 500, body: "null" }],
  ["fields of other kinds", { status: 400, body: { code: 7, detail: null, request_id: 5, errors: "no" } }],
] as [string, Exclude<Step, string>][])("does not take for Torioki's: %s", async (_, step) => {
  for (const call of Object.values({ ...reads, ...keyed, ...unkeyed })) {
    const server = await startScripted({ headers: { "X-Request-Id": "proxy-1" }, ...step });
    const error = await faultOf(call(clientOf(server)));
    expect(error).toMatchObject({
      name: "ClientError",
      code: "unexpected_answer",
      status: step.status,
      requestId: "proxy-1",
      errors: undefined,
      detail: "The server's answer could not be understood. Try again in a moment.",
    });
    expect(server.arrived).toHaveLength(1);
  }
});

it.concurrent("aborted before: sends nothing, and rejects with the signal's reason", async () => {
  const server = await startScripted(ok);
  const reason = new Error("the page is gone");
  for (const call of [
    clientOf(server).cart.get({ signal: AbortSignal.abort(reason) }),
    clientOf(server).cart.add({ menu_id: 10 }, { signal: AbortSignal.abort(reason) }),
    clientOf(server).session.start({ signal: AbortSignal.abort(reason) }),
  ])
    await expect(call).rejects.toBe(reason);
  expect((await faultOf(clientOf(server).cart.get({ signal: AbortSignal.abort() }))).name).toBe("AbortError");
  expect(server.arrived).toHaveLength(0);
});

it.concurrent.each([
  ["an answer that does not come", "hang", 100],
  ["the pause before another try", refused(503, "overloaded", "9"), 200],
  ["the pause after a network fault", "reset", 100],
] as [string, Step, number][])(
  "aborted during %s: rejects at once, and sends nothing more",
  async (_, step, after) => {
    const server = await startScripted(step);
    const controller = new AbortController();
    const reason = new Error("the page is gone");
    const start = performance.now();
    const call = clientOf(server).cart.add({ menu_id: 10 }, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), after);
    await expect(call).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(after + 1_000);
    const { length } = server.arrived;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(server.arrived).toHaveLength(length);
  },
);

it.concurrent("a signal that comes too late, or is used again, changes nothing", async () => {
  const server = await startScripted(ok);
  const controller = new AbortController();
  for (let n = 0; n < 20; n += 1) await clientOf(server).cart.get({ signal: controller.signal });
  controller.abort();
  expect(server.arrived).toHaveLength(20);
});
