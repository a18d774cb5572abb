/** The HTTP calls of carts, a guest's and a user's: thin over `cart.ts`. */
import { createRoute, z } from "@hono/zod-openapi";
import { idInPath } from "../contract.ts";
import type { ErrorCode } from "../errors.ts";
import type { App, AppContext } from "../http/environment.ts";
import { bodyRefusals, changeRefusals, keyRefusals, refusalsOf } from "../http/problem.ts";
import { register } from "../http/route.ts";
import { guestSecurity, idempotencyHeaders, replayHeaders, sessionTokenOf } from "../http/session-token.ts";
import { type UserOf, userSecurity } from "../http/user.ts";
import type { Carts, Guest, GuestCarts, User, UserCarts } from "./cart.ts";
import { addItem, type Cart, cart, selectStore, setQuantity, type UserCart, userCart } from "./contract.ts";

/** One kind of owner's cart as a set of calls. */
type Calls<Who extends Guest | User, C extends Cart | UserCart> = {
  carts: Carts<Who, C>;
  path: string;
  schema: z.ZodType<C>;
  whoIs: (c: AppContext) => Promise<Who>;
  documentation: { tags: string[]; security: Record<string, string[]>[] };
  refusals: ErrorCode[];
};

const params = z.object({ item_id: idInPath });
const userRefusals: ErrorCode[] = ["user_required", "credential_conflict", "authentication_unavailable"];
const userDocumentation = { tags: ["User cart"], security: userSecurity };

export function addGuestCartRoutes(app: App, carts: GuestCarts): void {
  addCartRoutes(app, {
    carts,
    path: "/api/guest/cart",
    schema: cart,
    whoIs: async (c) => ({ sessionToken: sessionTokenOf(c) }),
    documentation: { tags: ["Guest cart"], security: guestSecurity },
    refusals: ["guest_session_required", "credential_conflict"],
  });
}

export function addUserCartRoutes(app: App, carts: UserCarts, userOf: UserOf): void {
  const whoIs = async (c: AppContext) => ({ userId: await userOf(c) });
  addCartRoutes(app, {
    carts,
    path: "/api/user/cart",
    schema: userCart,
    whoIs,
    documentation: userDocumentation,
    refusals: userRefusals,
  });

  const selectStoreRoute = createRoute({
    method: "post",
    path: "/api/user/cart/store",
    ...userDocumentation,
    summary: "Choose the store to order from",
    request: {
      headers: idempotencyHeaders,
      body: { required: true, content: { "application/json": { schema: selectStore } } },
    },
    responses: {
      200: { description: "The whole cart.", content: { "application/json": { schema: userCart } } },
      ...refusalsOf(...bodyRefusals, ...keyRefusals, ...userRefusals, "store_not_found"),
    },
  });
  register(app, selectStoreRoute, async ({ body }, c) => {
    const { cart, replayed } = await carts.selectStore(await whoIs(c), {
      ...inLanguage(c),
      storeId: body.store_id,
      idempotencyKey: c.req.header("Idempotency-Key"),
    });
    return { status: 200, body: cart, headers: replayHeaders(replayed) };
  });
}

function addCartRoutes<Who extends Guest | User, C extends Cart | UserCart>(
  app: App,
  { carts, path, schema, whoIs, documentation, refusals }: Calls<Who, C>,
): void {
  const answer = { description: "The whole cart.", content: { "application/json": { schema } } };

  const addRoute = createRoute({
    method: "post",
    path: `${path}/add`,
    ...documentation,
    summary: "Add a dish of the selected store",
    request: {
      headers: idempotencyHeaders,
      body: { required: true, content: { "application/json": { schema: addItem } } },
    },
    responses: {
      201: answer,
      ...refusalsOf(
        ...bodyRefusals,
        ...keyRefusals,
        ...refusals,
        "menu_not_found",
        "store_not_selected",
        "menu_not_at_store",
        "menu_unavailable",
        "quantity_limit_exceeded",
        "cart_full",
      ),
    },
  });
  register(app, addRoute, async ({ body }, c) => {
    const { cart, replayed } = await carts.add(await whoIs(c), {
      ...inLanguage(c),
      menuId: body.menu_id,
      quantity: body.quantity,
      idempotencyKey: c.req.header("Idempotency-Key"),
    });
    return { status: 201, body: cart, headers: replayHeaders(replayed) };
  });

  const getRoute = createRoute({
    method: "get",
    path,
    ...documentation,
    summary: "The cart at the selected store",
    responses: { 200: answer, ...refusalsOf(...refusals) },
  });
  register(app, getRoute, async (_, c) => ({
    status: 200,
    body: await carts.get(await whoIs(c), inLanguage(c)),
  }));

  const clearRoute = createRoute({
    method: "delete",
    path,
    ...documentation,
    summary: "Empty the cart at the selected store",
    responses: { 200: answer, ...refusalsOf(...changeRefusals, ...refusals) },
  });
  register(app, clearRoute, async (_, c) => ({
    status: 200,
    body: await carts.clear(await whoIs(c), inLanguage(c)),
  }));

  const setQuantityRoute = createRoute({
    method: "put",
    path: `${path}/item/{item_id}`,
    ...documentation,
    summary: "Set a line's quantity",
    request: { params, body: { required: true, content: { "application/json": { schema: setQuantity } } } },
    responses: { 200: answer, ...refusalsOf(...bodyRefusals, ...refusals, "item_not_found") },
  });
  register(app, setQuantityRoute, async ({ params, body }, c) => ({
    status: 200,
    body: await carts.setQuantity(await whoIs(c), {
      ...inLanguage(c),
      itemId: params.item_id,
      quantity: body.quantity,
    }),
  }));

  const removeItemRoute = createRoute({
    method: "delete",
    path: `${path}/item/{item_id}`,
    ...documentation,
    summary: "Remove a line",
    request: { params },
    responses: {
      200: answer,
      ...refusalsOf(...changeRefusals, ...refusals, "item_not_found", "invalid_request"),
    },
  });
  register(app, removeItemRoute, async ({ params }, c) => ({
    status: 200,
    body: await carts.removeItem(await whoIs(c), { ...inLanguage(c), itemId: params.item_id }),
  }));
}

function inLanguage(c: AppContext) {
  return { language: c.get("language") };
}
