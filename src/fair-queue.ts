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

  /**
   * Takes out the item whose turn it is; undefined where none waits.
   * @param isReady of the first item of a client: one that is not stays in its place, and the next client has its turn
   */
  next(isReady: (item: T) => boolean = () => true): T | undefined {
    const isTurnOfFresh = this.#freshInARow < FRESH_IN_A_ROW;
    for (const list of isTurnOfFresh ? [this.#fresh, this.#served] : [this.#served, this.#fresh]) {
      const client = this.#takeReady(list, isReady);
      if (!client) continue;
      this.#freshInARow = list === this.#fresh ? this.#freshInARow + 1 : 0;
      // Who has had a turn stays on the list until it comes to them again, or they would be fresh with each item.
      this.#served.push(client);
      const item = client.waiting.shift();
      this.#leave();
      return item;
    }
    return undefined;
  }

  #takeReady(list: Client<T>[], isReady: (item: T) => boolean): Client<T> | undefined {
    while (list[0]?.waiting.length === 0) this.#clients.delete((list.shift() as Client<T>).key);
    const at = list.findIndex(({ waiting }) => waiting.length > 0 && isReady(waiting[0] as T));
    return at === -1 ? undefined : list.splice(at, 1)[0];
  }

  /** @returns false where it did not wait any more */
  remove(key: string, item: T): boolean {
    const waiting = this.#clients.get(key)?.waiting ?? [];
    const at = waiting.indexOf(item);
    if (at === -1) return false;
    waiting.splice(at, 1);
    this.#leave();
    this.#forgetGone();
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
    this.#forgetGone();
    return taken;
  }

  /** Takes out the newest item of the client that has most. Of several such clients it is the one whose turn would come last. */
  removeLast(): T | undefined {
    const most = Math.max(0, ...this.#fresh.map(countOf), ...this.#served.map(countOf));
    const fresh = this.#fresh.findLastIndex((client) => countOf(client) === most);
    const served = this.#served.findLastIndex((client) => countOf(client) === most);
    // How many turns of the other list come before its own, see `next`.
    const turnOfFresh = fresh + Math.floor((this.#freshInARow + fresh) / FRESH_IN_A_ROW);
    const turnOfServed = served + FRESH_IN_A_ROW * (served + 1) - this.#freshInARow;
    const isFresh = served === -1 || (fresh !== -1 && turnOfFresh > turnOfServed);
    const item = (isFresh ? this.#fresh[fresh] : this.#served[served])?.waiting.pop();
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

  /** Forgets new clients of whom nothing waits any more. While no turn comes, ever more of them may come and go. */
  #forgetGone(): void {
    this.#fresh = this.#fresh.filter(({ key, waiting }) => waiting.length > 0 || !this.#clients.delete(key));
  }
}

const countOf = ({ waiting }: Client<unknown>) => waiting.length;
