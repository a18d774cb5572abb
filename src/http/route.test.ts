import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import { JsonText } from "../contract.ts";
import type { ToriokiError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { register } from "./route.ts";

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  description: "",
  content: { "application/json": { schema } },
});
const route = createRoute({
  method: "get",
  path: "/dish",
  responses: {
    200: json(z.strictObject({ price: z.int() })),
    201: json(z.strictObject({ name: z.string() })),
    204: { description: "" },
  },
});

type Handle = Parameters<typeof register<typeof route>>[2];

async function answerOf(handle: Handle): Promise<{ status: number; headers: object; text: string }> {
  const app = new OpenAPIHono<Environment>();
  register(app, route, handle);
  const response = await app.request("/dish");
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

it("answers with the status, the body and the headers that a handler gives", async () => {
  const answer = await answerOf(async () => ({ status: 201, body: { name: "丼" }, headers: { "X-A": "b" } }));
  const headers = { "content-type": "application/json", "x-a": "b" };
  expect(answer).toEqual({ status: 201, headers, text: '{"name":"丼"}' });
});

it("sends JSON text as it is", async () => {
  const answer = await answerOf(async () => ({
    status: 200,
    body: new JsonText<{ price: number }>('{ "price": 800 }'),
  }));
  expect(answer).toMatchObject({
    headers: { "content-type": "application/json" },
    text: '{ "price": 800 }',
  });
});

it("sends long JSON text as it is, and makes its bytes once for all who are sent the same", async () => {
  const body = new JsonText<{ price: number }>(`{ "name": "${"幕の内弁当".repeat(5_000)}", "price": 800 }`);
  const handle = async () => ({ status: 200 as const, body });
  const [one, other] = [await answerOf(handle), await answerOf(handle)];
  expect(one).toMatchObject({ headers: { "content-type": "application/json" }, text: body.text });
  expect(other.text).toBe(body.text);
  expect(body.bytes).toBe(body.bytes);
});

it("sends no body where the route has none", async () => {
  expect(await answerOf(async () => ({ status: 204 }))).toEqual({ status: 204, headers: {}, text: "" });
});

it("what the route does not say does not compile", () => {
  const handlers: Handle[] = [
    // @ts-expect-error another status's body
    async () => ({ status: 200, body: { name: "丼" } }),
    // @ts-expect-error no body
    async () => ({ status: 200 }),
    // @ts-expect-error a body where there is none
    async () => ({ status: 204, body: { price: 800 } }),
    // @ts-expect-error a status that is not there
    async () => ({ status: 202, body: { price: 800 } }),
    // @ts-expect-error text of something else
    async () => ({ status: 200, body: new JsonText<{ name: string }>("{}") }),
  ];
  expect(handlers).toHaveLength(5);
});

it("names at most twenty unknown fields, each in a sentence of its own, however many there are", async () => {
  const app = new OpenAPIHono<Environment>();
  const strict = createRoute({
    method: "post",
    path: "/dish",
    request: { body: { content: { "application/json": { schema: z.strictObject({}) } } } },
    responses: { 204: { description: "" } },
  });
  app.use((c, next) => {
    c.set("language", "en");
    return next();
  });
  register(app, strict, async () => ({ status: 204 }));
  let refusal: ToriokiError | undefined;
  app.onError((error, c) => {
    refusal = error as ToriokiError;
    return c.body(null, 422);
  });
  const body = JSON.stringify(Object.fromEntries(Array.from({ length: 1_300 }, (_, n) => [`k${n}`, n])));
  await app.request("/dish", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  expect(refusal?.errors).toHaveLength(20);
  expect(refusal?.errors?.[3]).toEqual({ field: "k3", detail: expect.stringContaining('"k3"') });
  expect(JSON.stringify(refusal?.errors).length).toBeLessThan(2_000);
});
