/** What can be ordered: the active stores and their menus. */
import type { JsonText } from "../contract.ts";
import { askJson, type Statement } from "../db/ask.ts";
import { ConcurrencyLimit } from "../db/concurrency.ts";
import type { Capacity, Db } from "../db/database.ts";
import { ToriokiError } from "../errors.ts";
import type { MenuList, Store, StoreList } from "./contract.ts";
import { findMenus, findStore, listStores } from "./queries.ts";

/**
 * How many reads wait: half of them searches, half others. Where each takes 6 ms, the last one waits for 75 ms (two at a time) to 300 ms
 * (an embedded database). A client is told to come back rather than wait longer.
 */
const MOST_WAITING = 50;

/**
 * Searches at once. A search looks at every store, so the database computes all the while: with three at once on two cores, the carts of
 * others took 77 to 163 ms (p99), with one 17 to 34 ms (64 connections that search among 10,000 stores).
 */
const SEARCHES = 1;

export class Catalog {
  readonly #db: Db;
  readonly #reads: ConcurrencyLimit;
  readonly #searches: ConcurrencyLimit;

  /**
   * Its reads share the database's connections with the carts, so they have a bound of their own. Searches do not wait behind other
   * reads, nor these behind searches, except where there is only one connection.
   */
  constructor(db: Db, { catalogReads, patience }: Capacity) {
    this.#db = db;
    const isOne = catalogReads <= SEARCHES;
    const mostWaiting = isOne ? MOST_WAITING : MOST_WAITING / 2;
    const limit = (most: number) => new ConcurrencyLimit({ most, mostWaiting, patience, rests: isOne });
    this.#reads = limit(isOne ? 1 : catalogReads - SEARCHES);
    this.#searches = isOne ? this.#reads : limit(SEARCHES);
  }

  /** @param key of the reads that wait together, which the same answer is right for */
  #ask<T>(key: string, statement: Statement<T>, limit = this.#reads): Promise<JsonText<T> | undefined> {
    return limit.run(() => askJson(this.#db, statement), key);
  }

  /**
   * Active stores by id, those whose name or address has `q` in it (in any case).
   * @param input.after only stores with a greater id: the `next` of the page before
   * @param input.limit stores in a page, 1 to 500
   * @throws ToriokiError `overloaded` where too many reads of the catalog wait already
   */
  async listStores(
    input: { q?: string | undefined; after?: number | undefined; limit?: number | undefined } = {},
  ): Promise<JsonText<StoreList>> {
    const { q, after = 0, limit = 100 } = input;
    const pattern = q ? `%${q.replace(/[\\%_]/g, "\\$&")}%` : null;
    const key = JSON.stringify([pattern, after, limit]);
    const statement = listStores(pattern, after, limit);
    const stores = await this.#ask(key, statement, pattern === null ? this.#reads : this.#searches);
    return stores as JsonText<StoreList>;
  }

  /** @throws ToriokiError `store_not_found` (unknown or inactive), `overloaded` */
  async getStore(storeId: number): Promise<JsonText<Store>> {
    const store = await this.#ask(`store ${storeId}`, findStore(storeId));
    if (store === undefined) throw new ToriokiError("store_not_found");
    return store;
  }

  /** @throws ToriokiError `store_not_found` (unknown or inactive), `overloaded` */
  async getMenus(storeId: number): Promise<JsonText<MenuList>> {
    const menus = await this.#ask(`menus ${storeId}`, findMenus(storeId));
    if (menus === undefined) throw new ToriokiError("store_not_found");
    return menus;
  }
}
