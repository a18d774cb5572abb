/** What a host's own calls share: their arguments, which no schema has checked, and the calls of a cart. */
import type { Carts } from "./carts/cart.ts";
import type { Cart, UserCart } from "./carts/contract.ts";
import { MAX_QUANTITY } from "./carts/limits.ts";
import type { JsonText } from "./contract.ts";
import { ToriokiError } from "./errors.ts";
import type { Language } from "./language.ts";

export type Token = { sessionToken: string };
export type User = { userId: number };
export type StoreChoice = { storeId: number; idempotencyKey?: string | undefined };
export type InLanguage = { language?: Language | undefined };

/** The calls of a cart; `Who` is its owner: a guest by the session's token, or a user by `users.id`. */
export type CartCalls<Who, C> = {
  get(input: Who & InLanguage): Promise<C>;
  /** @param input.quantity 1 to 99, 1 by default; added to what the line has */
  add(
    input: Who &
      InLanguage & { menuId: number; quantity?: number | undefined; idempotencyKey?: string | undefined },
  ): Promise<C>;
  /** @param input.quantity 1 to 99 */
  setQuantity(input: Who & InLanguage & { itemId: number; quantity: number }): Promise<C>;
  removeItem(input: Who & InLanguage & { itemId: number }): Promise<C>;
  /** Empties the cart at the selected store. */
  clear(input: Who & InLanguage): Promise<C>;
};

/** A cart's operations for a host's own calls, whose arguments no schema has checked. */
export function cartCalls<Who extends Token | User, C extends Cart | UserCart>(
  carts: Carts<Who, C>,
  check: (who: Who) => void,
): CartCalls<Who, C> {
  return {
    get: async (input) => {
      check(input);
      return parse(await carts.get(input, input));
    },
    add: async (input) => {
      const { quantity = 1 } = input;
      check(input);
      requireInteger("menuId", input.menuId);
      requireInteger("quantity", quantity, MAX_QUANTITY);
      return parse((await carts.add(input, { ...input, quantity })).cart);
    },
    setQuantity: async (input) => {
      check(input);
      requireInteger("itemId", input.itemId);
      requireInteger("quantity", input.quantity, MAX_QUANTITY);
      return parse(await carts.setQuantity(input, input));
    },
    removeItem: async (input) => {
      check(input);
      requireInteger("itemId", input.itemId);
      return parse(await carts.removeItem(input, input));
    },
    clear: async (input) => {
      check(input);
      return parse(await carts.clear(input, input));
    },
  };
}

/** A caller in this process gets the value itself. */
export function parse<T>(json: JsonText<T>): T {
  return JSON.parse(json.text) as T;
}

export function requireUser({ userId }: User): void {
  requireInteger("userId", userId);
}

/** The HTTP layer checks by its schemas; a host's own call is checked here, by the same limits. */
export function requireInteger(field: string, value: unknown, most = 2_147_483_647): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  const detail = `must be a whole number from 1 to ${most}`;
  throw new ToriokiError("invalid_request", { errors: [{ field, detail }] });
}
