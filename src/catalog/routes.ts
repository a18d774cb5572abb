/** The HTTP calls for stores and menus: thin over `catalog.ts`. */
import { createRoute, z } from "@hono/zod-openapi";
import { idInPath } from "../contract.ts";
import type { App } from "../http/environment.ts";
import { refusalsOf } from "../http/problem.ts";
import { register } from "../http/route.ts";
import type { Catalog } from "./catalog.ts";
import { menuList, store, storeList, storeQuery } from "./contract.ts";

const tags = ["Catalog"];
const params = z.object({ store_id: idInPath });
const storeRefusals = refusalsOf("store_not_found", "invalid_request", "rate_limited");

const listRoute = createRoute({
  method: "get",
  path: "/api/stores",
  tags,
  summary: "Active stores",
  request: { query: storeQuery },
  responses: {
    200: { description: "A page of stores.", content: { "application/json": { schema: storeList } } },
    ...refusalsOf("invalid_request", "rate_limited"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/stores/{store_id}",
  tags,
  summary: "One active store",
  request: { params },
  responses: {
    200: { description: "The store.", content: { "application/json": { schema: store } } },
    ...storeRefusals,
  },
});

const menusRoute = createRoute({
  method: "get",
  path: "/api/stores/{store_id}/menus",
  tags,
  summary: "An active store and its menus",
  request: { params },
  responses: {
    200: { description: "The store and its menus.", content: { "application/json": { schema: menuList } } },
    ...storeRefusals,
  },
});

export function addCatalogRoutes(app: App, catalog: Catalog): void {
  register(app, listRoute, async ({ query }) => ({ status: 200, body: await catalog.listStores(query) }));
  register(app, getRoute, async ({ params }) => ({
    status: 200,
    body: await catalog.getStore(params.store_id),
  }));
  register(app, menusRoute, async ({ params }) => ({
    status: 200,
    body: await catalog.getMenus(params.store_id),
  }));
}
