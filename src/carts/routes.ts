/** The HTTP calls of the guest cart: thin over `cart.ts`. */
import { createRoute, z } from "@hono/zod-openapi";
import { idInPath } from "../contract.ts";
import type { App, AppContext } from "../http/environment.ts";
import { bodyRefusals, changeRefusals, refusalsOf } from "../http/problem.ts";
import { register } from "../http/route.ts";
import { guestSecurity, idempotencyHeaders, sessionTokenOf, tellReplay } from "../http/session-token.ts";
import type { GuestCarts } from "./cart.ts";
import { addItem, cart, setQuantity } from "./contract.ts";

const answer = { description: "The whole cart.", content: { "application/json": { schema: cart } } };
const tags = ["Guest cart"];
const security = guestSecurity;
const credentialRefusals = ["guest_session_required", "credential_conflict"] as const;
const params = z.object({ item_id: idInPath });

const addRoute = createRoute({
  method: "post",
  path: "/api/guest/cart/add",
  tags,
  security,
  summary: "Add a dish of the selected store",
  request: {
    headers: idempotencyHeaders,
    body: { required: true, content: { "application/json": { schema: addItem } } },
  },
  responses: {
    201: answer,
    ...refusalsOf(
      ...bodyRefusals,
      ...credentialRefusals,
      "menu_not_found",
      "store_not_selected",
      "menu_not_at_store",
      "menu_unavailable",
      "quantity_limit_exceeded",
      "cart_full",
      "idempotency_key_invalid",
      "idempotency_key_in_flight",
      "idempotency_key_reused",
    ),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/guest/cart",
  tags,
  security,
  summary: "The cart at the selected store",
  responses: { 200: answer, ...refusalsOf(...credentialRefusals) },
});

const clearRoute = createRoute({
  method: "delete",
  path: "/api/guest/cart",
  tags,
  security,
  summary: "Empty the cart at the selected store",
  responses: { 200: answer, ...refusalsOf(...changeRefusals, ...credentialRefusals) },
});

const setQuantityRoute = createRoute({
  method: "put",
  path: "/api/guest/cart/item/{item_id}",
  tags,
  security,
  summary: "Set a line's quantity",
  request: { params, body: { required: true, content: { "application/json": { schema: setQuantity } } } },
  responses: { 200: answer, ...refusalsOf(...bodyRefusals, ...credentialRefusals, "item_not_found") },
});

const removeItemRoute = createRoute({
  method: "delete",
  path: "/api/guest/cart/item/{item_id}",
  tags,
  security,
  summary: "Remove a line",
  request: { params },
  responses: {
    200: answer,
    ...refusalsOf(...changeRefusals, ...credentialRefusals, "item_not_found", "invalid_request"),
  },
});

export function addGuestCartRoutes(app: App, guestCarts: GuestCarts): void {
  register(app, addRoute, async ({ body }, c) => {
    const { cart, replayed } = await guestCarts.add({
      ...callerOf(c),
      menuId: body.menu_id,
      quantity: body.quantity,
      idempotencyKey: c.req.header("Idempotency-Key"),
    });
    tellReplay(c, replayed);
    return c.json(cart, 201);
  });

  register(app, getRoute, async (_, c) => c.json(await guestCarts.get(callerOf(c)), 200));

  register(app, clearRoute, async (_, c) => c.json(await guestCarts.clear(callerOf(c)), 200));

  register(app, setQuantityRoute, async ({ params, body }, c) =>
    c.json(
      await guestCarts.setQuantity({ ...callerOf(c), itemId: params.item_id, quantity: body.quantity }),
      200,
    ),
  );

  register(app, removeItemRoute, async ({ params }, c) =>
    c.json(await guestCarts.removeItem({ ...callerOf(c), itemId: params.item_id }), 200),
  );
}

function callerOf(c: AppContext) {
  return { sessionToken: sessionTokenOf(c), language: c.get("language") };
}
