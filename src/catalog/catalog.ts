/** What can be ordered: the active stores and their menus. */
import { ask } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { ToriokiError } from "../errors.ts";
import type { MenuList, Store, StoreList } from "./contract.ts";
import { findMenus, findStore, listStores } from "./queries.ts";

export class Catalog {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Active stores by id, those whose name or address has `q` in it (in any case).
   * @param input.after only stores with a greater id: the `next` of the page before
   * @param input.limit stores in a page, 1 to 500
   */
  async listStores(
    input: { q?: string | undefined; after?: number | undefined; limit?: number | undefined } = {},
  ): Promise<StoreList> {
    const { q, after = 0, limit = 100 } = input;
    const pattern = q ? `%${q.replace(/[\\%_]/g, "\\$&")}%` : null;
    // One more than asked for tells whether there is a next page.
    const found = (await ask(this.#db, listStores(pattern, after, limit + 1))) ?? [];
    const stores = found.slice(0, limit);
    return { stores, next: found.length > limit ? (stores.at(-1)?.id ?? null) : null };
  }

  /** @throws ToriokiError `store_not_found` (unknown or inactive) */
  async getStore(storeId: number): Promise<Store> {
    const store = await ask(this.#db, findStore(storeId));
    if (store === undefined) throw new ToriokiError("store_not_found");
    return store;
  }

  /** @throws ToriokiError `store_not_found` (unknown or inactive) */
  async getMenus(storeId: number): Promise<MenuList> {
    const menus = await ask(this.#db, findMenus(storeId));
    if (menus === undefined) throw new ToriokiError("store_not_found");
    return menus;
  }
}
