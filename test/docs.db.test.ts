import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTorioki, type Torioki } from "../src/torioki.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

let database: TestDatabase;
let torioki: Torioki;
beforeAll(async () => {
  database = await createTestDatabase();
  torioki = await createTorioki({ database: database.source });
});
afterAll(async () => {
  await torioki.close();
  await database.close();
});

const get = (path: string) => torioki.fetch(new Request(`http://torioki.test${path}`));

it("the OpenAPI document is valid 3.1 and lists every call of the contract", async () => {
  const document = (await (await get("/openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(document.openapi).toBe("3.1.0");
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  const calls = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(calls.sort()).toEqual([
    "DELETE /api/guest/cart",
    "DELETE /api/guest/cart/item/{item_id}",
    "DELETE /api/guest/session",
    "DELETE /api/user/cart",
    "DELETE /api/user/cart/item/{item_id}",
    "GET /api/guest/cart",
    "GET /api/guest/session",
    "GET /api/guest/session/{session_id}",
    "GET /api/stores",
    "GET /api/stores/{store_id}",
    "GET /api/stores/{store_id}/menus",
    "GET /api/user/cart",
    "GET /api/user/receipts",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "POST /api/guest/cart/add",
    "POST /api/guest/session",
    "POST /api/guest/session/convert",
    "POST /api/guest/session/store",
    "POST /api/guest/session/ticket",
    "POST /api/user/cart/add",
    "POST /api/user/cart/store",
    "PUT /api/guest/cart/item/{item_id}",
    "PUT /api/user/cart/item/{item_id}",
  ]);
});

it("the page at /docs loads nothing from elsewhere", async () => {
  const page = await get("/docs");
  const html = await page.text();
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(addresses.length).toBe(3);
  for (const address of addresses) {
    expect(address).not.toMatch(/^(\w+:)?\/\//);
    const answer = await get(`/${address}`);
    expect(answer.status).toBe(200);
    expect((await answer.text()).length).toBeGreaterThan(50);
  }
  // Its own files may run, and nothing else; an answer that is no page may load nothing at all.
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self';");
  const json = await get("/openapi.json");
  expect(json.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
});
