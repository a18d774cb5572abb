/**
 * Lets the requests of all clients begin in turn: fair queueing as in RFC 8290 (FQ-CoDel), with requests in place of packets. A client
 * that asks without a pause waits behind clients that ask now and then, however many connections it has and however much it pipelines.
 */

/**
 * The requests that begin in one turn of the event loop. Between two turns the server reads what others have sent, so they wait for so
 * many beginnings at most. A turn of its own costs a request 20 µs; a refusal costs 50 µs, a cart's read 100 µs.
 */
const AT_ONCE = 4;

type Client = { key: string; waiting: (() => void)[] };

export class Turns {
  #begun = 0;
  #isTurnSet = false;
  readonly #clients = new Map<string, Client>();
  /** Clients of whom no other request has waited of late: they go first. */
  readonly #fresh: Client[] = [];
  /** Clients who have had a turn since the list was last gone through, one request each time. */
  readonly #served: Client[] = [];

  /**
   * Calls `begin` now, or in a later turn of the event loop.
   * @param keyOf whose request it is; asked only where it matters
   */
  ask(keyOf: () => string, begin: () => void): void {
    if (!this.#isTurnSet) this.#setTurn();
    if (this.#begun < AT_ONCE && this.#clients.size === 0) {
      this.#begun += 1;
      begin();
      return;
    }
    const key = keyOf();
    const client = this.#clients.get(key) ?? this.#add(key);
    client.waiting.push(begin);
  }

  #add(key: string): Client {
    const client: Client = { key, waiting: [] };
    this.#clients.set(key, client);
    this.#fresh.push(client);
    return client;
  }

  #setTurn(): void {
    this.#isTurnSet = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#begun = 0;
    this.#isTurnSet = false;
    while (this.#begun < AT_ONCE) {
      const client = this.#fresh.shift() ?? this.#served.shift();
      if (!client) return;
      const begin = client.waiting.shift();
      // Who has had a turn stays on the list until it comes to them again, or they would be fresh with each request.
      if (begin) {
        this.#served.push(client);
        this.#begun += 1;
        begin();
      } else this.#clients.delete(client.key);
    }
    if (!this.#isTurnSet) this.#setTurn();
  }
}
