/** What a server that mounts Torioki must do, whatever it is made with. */
import { request } from "node:http";
import { connect } from "node:net";
import { expect } from "vitest";
import { newShopper, refusalOf } from "./client.ts";
import { httpClient } from "./http-client.ts";

/** Fills a cart, and looks at it on the host's own page at /cart. */
export async function walk(url: string): Promise<void> {
  const { client, log, jar } = newShopper(url, "cookie");
  expect((await client.stores.list()).stores).toHaveLength(3);
  expect(await client.cart.get()).toBeNull();
  const cart = await client.cart.add({ menu_id: 10, quantity: 2 }, { storeId: 1 });
  expect(log.filter((line) => line.startsWith("POST"))).toEqual([
    "POST /api/guest/cart/add 401",
    "POST /api/guest/session 201",
    "POST /api/guest/session/store 200",
    "POST /api/guest/cart/add 201",
  ]);
  const [cookie] = await jar.getCookies(url);
  expect(cookie).toMatchObject({ key: "guest_session_id", httpOnly: true, sameSite: "lax", path: "/" });
  await client.cart.setQuantity(cart.items[0]?.id as number, 5);
  expect(await client.cart.get()).toMatchObject({ total_items: 5, total_amount: 550 });
  expect(await refusalOf(client.cart.add({ menu_id: 13 }))).toMatchObject({
    code: "menu_unavailable",
    status: 409,
  });
  expect((await refusalOf(client.userCart.get())).code).toBe("user_required");

  const shown = await fetch(`${url}/cart`, { headers: { Cookie: await jar.getCookieString(url) } });
  expect(await shown.text()).toMatch(/5 dishes, 550 yen|5<!-- --> × <!-- -->Dish 10/);
  await client.session.remove();
  expect(await jar.getCookies(url)).toEqual([]);
}

/** Answers that go wrong when a framework reads, limits or rewrites requests before Torioki does. */
export async function tryBodies(url: string): Promise<void> {
  const add = `${url}/api/guest/cart/add`;
  const post = (body: string, headers: Record<string, string> = { "Content-Type": "application/json" }) =>
    fetch(add, { method: "POST", body, headers });
  const expectProblem = async (answer: Promise<Response>, status: number, code: string) => {
    const response = await answer;
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      status,
      code,
      request_id: response.headers.get("X-Request-Id"),
    });
  };
  await expectProblem(post("{"), 400, "invalid_json");
  await expectProblem(post('{"menu_id": 10, "menu_id": 11}'), 400, "invalid_json");
  await expectProblem(
    post("menu_id=10", { "Content-Type": "application/x-www-form-urlencoded" }),
    415,
    "unsupported_media_type",
  );
  await expectProblem(post("x", { "Content-Type": "text/plain" }), 415, "unsupported_media_type");
  await expectProblem(post(`{"note": "${"x".repeat(20_000)}"}`), 413, "body_too_large");
  await expectProblem(
    post('{"menu_id": 10}', { "Content-Type": "application/json", Origin: "https://evil.example" }),
    403,
    "cross_origin",
  );
  await expectProblem(fetch(add, { method: "PATCH" }), 405, "method_not_allowed");
  await expectProblem(fetch(`${url}/api/stores/no/such`), 404, "not_found");
  const head = await fetch(`${url}/api/stores`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(await sendInPieces(add, 40)).toBe(413);
  await breakOff(url);
  // It is still there, and well.
  await expectProblem(fetch(`${url}/api/guest/cart`), 401, "guest_session_required");
}

/** Kilobytes that no Content-Length announces. @returns the status */
function sendInPieces(url: string, kilobytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json" };
    const asked = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject);
    for (let n = 0; n < kilobytes; n += 1) asked.write(" ".repeat(1_024));
    asked.end();
  });
}

/** Uploads that end in the middle, as a phone's do in a tunnel. */
async function breakOff(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let n = 0; n < 5; n += 1) {
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.write(
      `POST /api/guest/cart/add HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"menu_id"`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
  }
}

/** Makes the sessions that one address may make. */
export async function exhaust(url: string): Promise<void> {
  const { call, close } = httpClient(16);
  const start = () => call("POST", `${url}/api/guest/session`).then(({ status }) => status);
  const statuses = await Promise.all(Array.from({ length: 1_005 }, start));
  close();
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(900);
}

/** Starts a session as a proxy's visitor. @returns the status */
export const startFrom = async (url: string, forwarded: string) =>
  (await fetch(`${url}/api/guest/session`, { method: "POST", headers: { "X-Forwarded-For": forwarded } }))
    .status;
