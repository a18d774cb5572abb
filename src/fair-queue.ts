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
  readonly #fresh = new Set<Client<T>>();
  /** Clients who have had a turn, the one whose turn was longest ago first. */
  readonly #served = new Set<Client<T>>();
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
    this.#fresh.add(fresh);
  }

  /**
   * Takes out the item whose turn it is; undefined where none is ready.
   * @param isReady an item that is not stays in its place, and the next one of its client, or the next client, has its turn
   */
  next(isReady: (item: T) => boolean = () => true): T | undefined {
    const isTurnOfFresh = this.#freshInARow < FRESH_IN_A_ROW;
    for (const list of isTurnOfFresh ? [this.#fresh, this.#served] : [this.#served, this.#fresh]) {
      const client = this.#firstReady(list, isReady);
      if (!client) continue;
      const [item] = client.waiting.splice(client.waiting.findIndex(isReady), 1);
      this.#freshInARow = list === this.#fresh ? Math.min(this.#freshInARow + 1, FRESH_IN_A_ROW) : 0;
      // Who has had a turn stays on the list until it comes to them again, or they would be fresh with each item.
      list.delete(client);
      this.#served.add(client);
      this.#leave();
      return item;
    }
    return undefined;
  }

  /** Forgets those on the way to it of whom nothing waits. */
  #firstReady(list: Set<Client<T>>, isReady: (item: T) => boolean): Client<T> | undefined {
    for (const client of list) {
      if (client.waiting.some(isReady)) return client;
      if (client.waiting.length > 0) continue;
      list.delete(client);
      this.#clients.delete(client.key);
    }
    return undefined;
  }

  /** @returns false where it did not wait any more */
  remove(key: string, item: T): boolean {
    const client = this.#clients.get(key);
    const at = client?.waiting.indexOf(item) ?? -1;
    if (!client || at === -1) return false;
    client.waiting.splice(at, 1);
    this.#forgetIfGone(client);
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
      this.#forgetIfGone(client);
    }
    if (taken.length > 0) this.#leave(taken.length);
    return taken;
  }

  /** Takes out the newest item of the client that has most. Of several such clients it is the one whose turn would come last. */
  removeLast(): T | undefined {
    const [fresh, served] = [[...this.#fresh].filter(hasItems), [...this.#served].filter(hasItems)];
    const most = Math.max(0, ...[...fresh, ...served].map(({ waiting }) => waiting.length));
    const isOfMost = ({ waiting }: Client<T>) => waiting.length === most;
    const [freshAt, servedAt] = [fresh.findLastIndex(isOfMost), served.findLastIndex(isOfMost)];
    // How many turns of both lists come before theirs, by the order of `next`.
    const row = this.#freshInARow;
    const turnOfFresh = freshAt + Math.min(served.length, Math.floor((row + freshAt) / FRESH_IN_A_ROW));
    const turnOfServed = servedAt + Math.min(fresh.length, FRESH_IN_A_ROW * (servedAt + 1) - row);
    const isFresh = servedAt === -1 || (freshAt !== -1 && turnOfFresh > turnOfServed);
    const client = isFresh ? fresh[freshAt] : served[servedAt];
    if (!client) return undefined;
    const item = client.waiting.pop();
    this.#forgetIfGone(client);
    this.#leave();
    return item;
  }

  #leave(count = 1): void {
    this.#size -= count;
    if (this.#size > 0) return;
    this.#clients.clear();
    this.#fresh.clear();
    this.#served.clear();
  }

  /** Forgets a new client of whom nothing waits any more: while no turn comes, ever more of them may come and go. */
  #forgetIfGone(client: Client<T>): void {
    if (client.waiting.length === 0 && this.#fresh.delete(client)) this.#clients.delete(client.key);
  }
}

const hasItems = ({ waiting }: Client<unknown>) => waiting.length > 0;
