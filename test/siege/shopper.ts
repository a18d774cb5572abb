/** A well-behaved shopper: goes shopping at a person's pace, and holds every answer against a ledger of what it was told. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { testCatalog } from "../helpers/catalog.ts";

/** Milliseconds between an answer and the next call: fifty shoppers then make about 70 calls a second. */
const PAUSE = { least: 300, most: 1_100 };
/** Milliseconds after which a call counts as not answered. */
const PATIENCE = 10_000;
const STORES = [1, 2, 4];
/** Each keeps to a few dishes, so that it adds to lines that are there. */
const DISHES = 8;

type Dish = { id: number; price: number };
const dishes = new Map<number, Dish[]>(
  testCatalog.stores.map(({ id, menus }) => [
    id as number,
    menus
      .filter(({ is_available }) => is_available)
      .slice(0, DISHES)
      .map((menu) => ({ id: menu.id as number, price: menu.price })),
  ]),
);
const priceOf = new Map([...dishes.values()].flat().map(({ id, price }) => [id, price]));

export type Answered = (milliseconds: number, fault: string | undefined) => void;
type CartAnswer = {
  selected_store_id: number | null;
  items: { id: number; menu_id: number; quantity: number; subtotal: number }[];
  total_items: number;
  total_amount: number;
  other_stores: { store_id: number; total_items: number }[];
};

export class Shopper {
  readonly #name: string;
  readonly #port: number;
  readonly #address: string;
  readonly #random: () => number;
  readonly #answered: Answered;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #cookie: string | undefined;
  #store = 0;
  /** Quantities by dish, by store. */
  #ledger = new Map<number, Map<number, number>>();
  /** Ids of the selected store's lines by dish. */
  #lines = new Map<number, number>();

  constructor(name: string, port: number, address: string, random: () => number, answered: Answered) {
    this.#name = name;
    this.#port = port;
    this.#address = address;
    this.#random = random;
    this.#answered = answered;
  }

  async shop(): Promise<never> {
    for (;;) {
      await sleep(PAUSE.least + this.#random() * (PAUSE.most - PAUSE.least));
      await this.#step().catch(() => this.#startAnew());
    }
  }

  #step(): Promise<unknown> {
    if (this.#cookie === undefined) return this.#start();
    if (this.#store === 0) return this.#choose();
    const dice = this.#random();
    if (dice < 0.3) return this.#add();
    if (dice < 0.6) return this.#call("read", "GET", "/api/guest/cart", 200);
    if (dice < 0.75) return this.#set();
    if (dice < 0.86) return this.#remove();
    if (dice < 0.92) return this.#choose();
    if (dice < 0.95) return this.#call("look up", "GET", "/api/guest/session", 200);
    if (dice < 0.98) return this.#call("dishes", "GET", `/api/stores/${this.#store}/menus`, 200);
    return this.#leave();
  }

  async #start(): Promise<void> {
    this.#startAnew();
    await this.#call("start", "POST", "/api/guest/session", 201);
    if (this.#cookie === undefined) throw this.#wrong(0, "start: no cookie was set");
  }

  #startAnew(): void {
    this.#cookie = undefined;
    this.#store = 0;
    this.#ledger = new Map();
    this.#lines = new Map();
  }

  async #choose(): Promise<void> {
    const store = this.#pick(STORES);
    await this.#call("choose", "POST", "/api/guest/session/store", 200, { store_id: store });
    this.#store = store;
    if (!this.#ledger.has(store)) this.#ledger.set(store, new Map());
    await this.#call("read", "GET", "/api/guest/cart", 200);
  }

  async #leave(): Promise<void> {
    await this.#call("leave", "DELETE", "/api/guest/session", 204);
    this.#startAnew();
  }

  #add(): Promise<unknown> {
    const { id } = this.#pick(dishes.get(this.#store) as Dish[]);
    const quantity = 1 + Math.floor(this.#random() * 3);
    const sum = (this.#here().get(id) ?? 0) + quantity;
    if (sum > 99) return this.#remove();
    const body = { menu_id: id, quantity };
    return this.#call(`add ${quantity} of ${id}`, "POST", "/api/guest/cart/add", 201, body, [id, sum]);
  }

  #set(): Promise<unknown> {
    const [dish, line] = this.#pick([...this.#lines]) ?? [];
    if (dish === undefined) return this.#add();
    const quantity = 1 + Math.floor(this.#random() * 20);
    const path = `/api/guest/cart/item/${line}`;
    return this.#call(`set ${dish} to ${quantity}`, "PUT", path, 200, { quantity }, [dish, quantity]);
  }

  #remove(): Promise<unknown> {
    const [dish, line] = this.#pick([...this.#lines]) ?? [];
    if (dish === undefined) return this.#add();
    return this.#call(`remove ${dish}`, "DELETE", `/api/guest/cart/item/${line}`, 200, undefined, [dish, 0]);
  }

  #here(): Map<number, number> {
    return this.#ledger.get(this.#store) as Map<number, number>;
  }

  #pick<T>(from: T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  /**
   * One call, whose time and answer are told. What it changes is entered into the ledger when the server has said so.
   * @throws Error where the answer is wrong
   */
  async #call(
    what: string,
    method: string,
    path: string,
    wanted: number,
    body?: object,
    change?: [dish: number, quantity: number],
  ): Promise<void> {
    const start = performance.now();
    const { status, text } = await this.#send(method, path, body);
    const took = performance.now() - start;
    if (status !== wanted) throw this.#wrong(took, `${what}: ${status || text}, not ${wanted}`);
    if (change) {
      const [dish, quantity] = change;
      if (quantity === 0) this.#here().delete(dish);
      else this.#here().set(dish, quantity);
    }
    const fault = path.startsWith("/api/guest/cart")
      ? this.#check(JSON.parse(text) as CartAnswer)
      : undefined;
    if (fault) throw this.#wrong(took, `${what}: ${fault}`);
    this.#answered(took, undefined);
  }

  /** Whether the cart is what the ledger says, line by line. Keeps the lines' ids. */
  #check(cart: CartAnswer): string | undefined {
    const wanted = [...this.#here()].map(([dish, quantity]) => `${quantity} of ${dish}`).sort();
    const found = cart.items.map(({ menu_id, quantity }) => `${quantity} of ${menu_id}`).sort();
    if (String(wanted) !== String(found)) return `the cart has ${found}, the ledger ${wanted}`;
    const quantities = [...this.#here().values()].reduce((sum, one) => sum + one, 0);
    const amount = [...this.#here()].reduce(
      (sum, [dish, one]) => sum + one * (priceOf.get(dish) as number),
      0,
    );
    if (cart.total_items !== quantities || cart.total_amount !== amount)
      return `the totals are ${cart.total_items} and ${cart.total_amount}, the ledger's ${quantities} and ${amount}`;
    if (cart.selected_store_id !== this.#store)
      return `the store is ${cart.selected_store_id}, not ${this.#store}`;
    const others = cart.other_stores.map(({ store_id, total_items }) => `${store_id}: ${total_items}`).sort();
    const othersWanted = [...this.#ledger]
      .filter(([store, lines]) => store !== this.#store && lines.size > 0)
      .map(([store, lines]) => `${store}: ${[...lines.values()].reduce((sum, one) => sum + one, 0)}`)
      .sort();
    if (String(others) !== String(othersWanted))
      return `the other stores are ${others}, the ledger's ${othersWanted}`;
    this.#lines = new Map(cart.items.map(({ id, menu_id }) => [menu_id, id]));
    return undefined;
  }

  #wrong(took: number, fault: string): Error {
    this.#answered(took, `${this.#name}: ${fault}`);
    return new Error(fault);
  }

  /** @returns status 0, and what happened as the text, where no answer came */
  #send(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    return new Promise((resolve) => {
      const lost = (error: Error) => resolve({ status: 0, text: error.message });
      const asked = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          localAddress: this.#address,
          method,
          path,
          agent: this.#agent,
          headers: {
            ...(this.#cookie ? { Cookie: this.#cookie } : {}),
            ...(body ? { "Content-Type": "application/json" } : {}),
          },
        },
        (response) => {
          const [set] = response.headers["set-cookie"] ?? [];
          if (set && method === "POST") this.#cookie = set.split(";")[0];
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          response.on("error", lost);
          response.on("end", () => resolve({ status: response.statusCode as number, text }));
        },
      );
      asked.setTimeout(PATIENCE, () => asked.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)));
      asked.on("error", lost);
      asked.end(body ? JSON.stringify(body) : undefined);
    });
  }
}
