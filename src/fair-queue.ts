/**
 * What clients wait for, in an order that is fair to all of them: fair queueing as in RFC 8290 (FQ-CoDel), with clients in place of
 * flows. A client that has much waiting, or asks again as soon as it is served, waits behind one that asks now and then.
 */

type Client<T> = { key: string; waiting: T[] };

/** After so many items of new clients comes one of a client who has had a turn: somebody may make up addresses without an end. */
const FRESH_IN_A_ROW = 3;

export class FairQueue<T> {
  #size = 0;
  readonly #clients = new Map<string, Client<T>>();
  /** Clients of whom nothing else has waited of late: they go first. */
  #fresh: Client<T>[] = [];
  /** Clients who have had a turn, the one whose turn was longest ago first. */
  #served: Client<T>[] = [];
  #freshInARow = 0;

  /** How many clients are remembered: those who wait, and some who have had a turn. */
  get clients(): number {
    return this.#clients.size;
  }

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  add(key: string, item: T): void {
    this.#size += 1;
    const client = this.#clients.get(key);
    if (client) {
      client.waiting.push(item);
      return;
    }
    const fresh = { key, waiting: [item] };
    this.#clients.set(key, fresh);
    this.#fresh.push(fresh);
  }

  /** Takes out the item whose turn it is; undefined where none waits. */
  next(): T | undefined {
    while (this.#size > 0) {
      const isFresh =
        this.#fresh.length > 0 && (this.#freshInARow < FRESH_IN_A_ROW || this.#served.length === 0);
      const client = (isFresh ? this.#fresh : this.#served).shift() as Client<T>;
      const item = client.waiting.shift();
      if (item === undefined) {
        this.#clients.delete(client.key);
        continue;
      }
      this.#freshInARow = isFresh ? this.#freshInARow + 1 : 0;
      // Who has had a turn stays on the list until it comes to them again, or they would be fresh with each item.
      this.#served.push(client);
      this.#leave();
      return item;
    }
    return undefined;
  }

  /** @returns false where it did not wait any more */
  remove(key: string, item: T): boolean {
    const waiting = this.#clients.get(key)?.waiting ?? [];
    const at = waiting.indexOf(item);
    if (at === -1) return false;
    waiting.splice(at, 1);
    this.#leave();
    return true;
  }

  /** Takes out all items of which this is true. */
  takeAll(isTaken: (item: T) => boolean): T[] {
    const taken: T[] = [];
    for (const client of this.#clients.values()) {
      if (client.waiting.length === 0) continue;
      const waiting = Map.groupBy(client.waiting, isTaken);
      client.waiting = waiting.get(false) ?? [];
      taken.push(...(waiting.get(true) ?? []));
    }
    if (taken.length > 0) this.#leave(taken.length);
    return taken;
  }

  /** Takes out the newest item of the client that has most. Of several such clients it is the one that had its turn last. */
  removeLast(): T | undefined {
    let last: Client<T> | undefined;
    for (const client of [...this.#fresh, ...this.#served])
      if (client.waiting.length > 0 && client.waiting.length >= (last?.waiting.length ?? 0)) last = client;
    const item = last?.waiting.pop();
    if (item !== undefined) this.#leave();
    return item;
  }

  #leave(count = 1): void {
    this.#size -= count;
    if (this.#size > 0) return;
    this.#clients.clear();
    this.#fresh = [];
    this.#served = [];
  }
}
