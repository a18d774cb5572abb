/**
 * The counters of one limit in this process's memory. What a client makes up (an address, a session, an e-mail address) cannot make
 * them grow: at most 100,000 keys have a counter of their own. The keys that do not fit are counted by network (networks.ts), at
 * most 65,536 of those have a counter, and all other networks share one.
 */

import type { Rate } from "../options.ts";
import { type Counter, CounterTable, now } from "./counter-table.ts";
import { networkOf } from "./networks.ts";

export type Bounds = { keys: number; networks: number };
export const usualBounds: Bounds = { keys: 100_000, networks: 65_536 };

/** A network is many customers: it may do so many times as much as one client. */
const NETWORK_SHARE = 50;
/** The counter of the networks that have none. */
const OTHERS = "others";
/** What is over is removed as soon as a limit's time is, but no sooner and no later than this. Milliseconds. */
const SWEEP = { least: 10_000, most: 60_000 };

/** Where a key is counted: by itself, by its network, or with the others. */
export type Place = { table: CounterTable; counter: Counter };

/** What a count came to: over `most` it is refused, and was not counted. */
export type Counted = { used: number; most: number; milliseconds: number; isNetwork: boolean };

export class Counters {
  readonly #milliseconds: number;
  readonly #keys: CounterTable;
  readonly #networks: CounterTable;
  readonly #others: CounterTable;
  readonly #onMoved: ((key: Counter, network: Place) => void) | undefined;
  #sweep: NodeJS.Timeout | undefined;

  /**
   * @param onMoved told of a key that has made room for another: what it had used was added to its network's counter here, and is
   *   to be moved in whatever else counts along
   */
  constructor(
    { most, seconds }: Rate,
    bounds = usualBounds,
    onMoved?: (key: Counter, network: Place) => void,
  ) {
    this.#milliseconds = seconds * 1_000;
    this.#keys = new CounterTable(most, bounds.keys, true);
    this.#networks = new CounterTable(most * NETWORK_SHARE, bounds.networks, false);
    this.#others = new CounterTable(most * NETWORK_SHARE, 1, false);
    this.#onMoved = onMoved;
  }

  /** How many counters there are. */
  get size(): { keys: number; networks: number } {
    return { keys: this.#keys.size, networks: this.#networks.size + this.#others.size };
  }

  /**
   * The counter that a key is counted by; where it has none of its own, one is made. A key that comes anew is not let in while its
   * network's counter is full: who changes addresses to have a new counter each time is stopped there, and pushes out nobody.
   */
  placeOf(key: string): Place {
    const known = this.placed(key);
    if (known?.table === this.#keys || (known && isFull(known))) return known;
    this.#sweepLater();
    const counter = this.#keys.add(key, this.#end(), (removed) => this.#move(removed));
    return counter ? { table: this.#keys, counter } : this.#placeOfNetwork(networkOf(key));
  }

  /** The same without making one. */
  placed(key: string): Place | undefined {
    const own = this.#keys.get(key);
    if (own) return { table: this.#keys, counter: own };
    if (this.#networks.size === 0) return undefined;
    const network = this.#networks.get(networkOf(key));
    if (network) return { table: this.#networks, counter: network };
    const others = this.#networks.isAtBound ? this.#others.get(OTHERS) : undefined;
    return others && { table: this.#others, counter: others };
  }

  /** Counts one, unless that is one too many. */
  count(key: string): Counted {
    const place = this.placeOf(key);
    if (isFull(place)) return this.refused(place);
    this.#add(place, 1);
    return this.#told(place, place.counter.used);
  }

  /** What a key is told whose counter is full. */
  refused(place: Place): Counted {
    return this.#told(place, place.table.most + 1);
  }

  /** Has a counter say what another place, which counts along, says. @returns false where it has made room meanwhile */
  keep({ table, counter }: Place, used: number, milliseconds: number): boolean {
    if (!table.has(counter)) return false;
    table.use(counter, used, now() + milliseconds);
    return true;
  }

  /** Takes one back. @returns the counter, where something was counted that is not over */
  giveBack(key: string): Place | undefined {
    const place = this.placed(key);
    if (!place || place.counter.used === 0 || place.counter.endsAt <= now()) return undefined;
    place.table.use(place.counter, place.counter.used - 1, place.counter.endsAt);
    return place;
  }

  /** Begins anew for a key that has a counter of its own. */
  forget(key: string): void {
    this.#keys.delete(key);
  }

  #move(removed: Counter): void {
    const network = this.#placeOfNetwork(networkOf(removed.key));
    if (removed.used > 0) this.#add(network, removed.used);
    this.#onMoved?.(removed, network);
  }

  #placeOfNetwork(network: string): Place {
    const counter = this.#networks.get(network) ?? this.#networks.add(network, this.#end());
    if (counter) return { table: this.#networks, counter };
    const others = this.#others.get(OTHERS) ?? this.#others.add(OTHERS, this.#end());
    return { table: this.#others, counter: others as Counter };
  }

  #add({ table, counter }: Place, points: number): void {
    const isOver = counter.endsAt <= now();
    table.use(counter, isOver ? points : counter.used + points, isOver ? this.#end() : counter.endsAt);
  }

  #told({ table, counter }: Place, used: number): Counted {
    return { used, most: table.most, milliseconds: counter.endsAt - now(), isNetwork: table !== this.#keys };
  }

  #end(): number {
    return now() + this.#milliseconds;
  }

  /** One timer for all, and none where there is nothing to remove. */
  #sweepLater(): void {
    this.#sweep ??= setTimeout(
      () => this.#sweepOn(),
      Math.min(Math.max(this.#milliseconds, SWEEP.least), SWEEP.most),
    ).unref();
  }

  /** A part of the counters in each turn of the event loop, so that requests do not wait for all of them. */
  #sweepOn([table, ...others]: CounterTable[] = [this.#keys, this.#networks, this.#others]): void {
    if (table) {
      const rest = table.sweepSome() ? [table, ...others] : others;
      setImmediate(() => this.#sweepOn(rest)).unref();
      return;
    }
    this.#sweep = undefined;
    if (this.#keys.size + this.#networks.size > 0) this.#sweepLater();
  }
}

export const isFull = ({ table, counter }: Place): boolean => table.isFull(counter);
