import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Counters } from "./counters.ts";
import { networkOf } from "./networks.ts";

/** An IPv4 address for each number below 2^32. */
const address = (n: number) => [24, 16, 8, 0].map((bits) => (n >>> bits) & 255).join(".");
const isRefused = (counters: Counters, key: string) => {
  const { used, most } = counters.count(key);
  return used > most;
};
const times = <T>(n: number, work: (n: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => work(index));

describe("counters of one limit", () => {
  it("refuse a key beyond what it may, for as long as its time lasts, and count nothing that is refused", async () => {
    const counters = new Counters({ most: 3, seconds: 0.2 });
    expect(times(6, () => counters.count("192.0.2.1").used)).toEqual([1, 2, 3, 4, 4, 4]);
    expect(isRefused(counters, "192.0.2.2")).toBe(false);
    counters.giveBack("192.0.2.1");
    expect(times(2, () => isRefused(counters, "192.0.2.1"))).toEqual([false, true]);
    await sleep(250);
    expect(times(4, () => isRefused(counters, "192.0.2.1"))).toEqual([false, false, false, true]);
    counters.forget("192.0.2.1");
    expect(counters.count("192.0.2.1")).toMatchObject({ used: 1, most: 3, isNetwork: false });
  });

  it("are at most 100,000, and 65,536 of networks and one more, whatever is made up", () => {
    const counters = new Counters({ most: 1_000, seconds: 600 });
    for (let n = 0; n < 400_000; n += 1) counters.count(address((n * 21_474) % 2 ** 32));
    expect(counters.size).toEqual({ keys: 100_000, networks: 65_536 });
    // Networks of IPv6, sessions and hashes come on top of the 65,536 of IPv4.
    for (let n = 0; n < 250_000; n += 1) counters.count(`2001:${n.toString(16)}::/64`);
    for (let n = 0; n < 250_000; n += 1) counters.count(`session ${n}`);
    expect(counters.size).toEqual({ keys: 100_000, networks: 65_537 });
  });

  it("make room by the least recently counted, and never by one that is refused at present", () => {
    const counters = new Counters({ most: 2, seconds: 600 }, { keys: 3, networks: 10 });
    for (const key of ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3"]) counters.count(key);
    const used = (key: string) => counters.placed(key)?.counter;
    counters.count("198.51.100.4");
    expect(used("192.0.2.2")?.key).toBe("192.0.0.0/16");
    expect(used("192.0.2.3")?.used).toBe(1);
    for (let n = 0; n < 20; n += 1) counters.count(`198.51.100.${n + 10}`);
    expect(isRefused(counters, "192.0.2.1")).toBe(true);
    expect(used("192.0.2.3")?.key).toBe("192.0.0.0/16");
  });

  it("count by network who does not fit: 50 times as much, and the networks that do not fit together", () => {
    const counters = new Counters({ most: 2, seconds: 600 }, { keys: 1, networks: 2 });
    times(2, () => counters.count("192.0.2.1"));
    for (const network of ["198.51", "203.0"]) {
      const refused = times(120, (n) => isRefused(counters, `${network}.113.${n}`));
      expect(refused.indexOf(true)).toBe(100);
      expect(refused.lastIndexOf(false)).toBe(99);
    }
    const refused = times(120, (n) => isRefused(counters, address(n * 2 ** 24)));
    expect(refused.filter((is) => !is)).toHaveLength(100);
    expect(counters.count("2001:db8::/64")).toMatchObject({ used: 101, most: 100, isNetwork: true });
    expect(counters.size).toEqual({ keys: 1, networks: 3 });
  });

  it("stop in its network who changes addresses to have a new counter each time, and it pushes out nobody then", () => {
    const counters = new Counters({ most: 10, seconds: 600 }, { keys: 100, networks: 10 });
    counters.count("192.0.2.1");
    const refused = times(2_000, (n) => isRefused(counters, `2001:db8:${n.toString(16)}:1::/64`));
    // One each by the hundred that have counters, and 500 by those that had.
    expect(refused.filter((is) => !is)).toHaveLength(600);
    counters.count("192.0.2.1");
    expect(counters.placed("192.0.2.1")?.counter.used).toBe(1);
    expect(isRefused(counters, "2001:db9:1:1::/64")).toBe(false);
  });

  it("have room again when the time of those that are refused is over", async () => {
    const counters = new Counters({ most: 1, seconds: 0.05 }, { keys: 2, networks: 1 });
    times(2, (n) => counters.count(address(n)));
    expect(counters.count(address(9)).isNetwork).toBe(true);
    await sleep(1_100);
    expect(counters.count(address(10))).toMatchObject({ used: 1, isNetwork: false });
  });

  it("do what a list with the same rules does", () => {
    const key = fc.integer({ min: 0, max: 11 }).map((n) => `10.${n % 3}.0.${n}`);
    const call = fc.tuple(fc.constantFrom("count", "count", "count", "giveBack", "forget"), key);
    fc.assert(
      fc.property(fc.array(call, { maxLength: 400 }), ([...calls]) => {
        const counters = new Counters({ most: 3, seconds: 600 }, { keys: 4, networks: 2 });
        const model = new Model(3, 4, 2);
        for (const [name, key] of calls) {
          if (name === "count") expect(isRefused(counters, key)).toBe(model.count(key));
          else {
            counters[name as "giveBack" | "forget"](key);
            model[name as "giveBack" | "forget"](key);
          }
          expect(counters.size.keys).toBe(model.keys.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

type Entry = { key: string; used: number };
const find = (entries: Entry[], key: string) => entries.find((entry) => entry.key === key);

/** Plain lists, the least recently counted first, for a time that is never over. */
class Model {
  keys: Entry[] = [];
  readonly #networks: Entry[] = [];
  readonly #others: Entry = { key: "others", used: 0 };
  readonly #most: number;
  readonly #bounds: [keys: number, networks: number];

  constructor(most: number, keys: number, networks: number) {
    this.#most = most;
    this.#bounds = [keys, networks];
  }

  /** @returns whether it is refused */
  count(key: string): boolean {
    let own = find(this.keys, key);
    if (!own && this.#isFull(this.#networkOf(key, false))) return true;
    if (!own && this.keys.length >= this.#bounds[0]) {
      const oldest = this.keys.find(({ used }) => used < this.#most);
      if (!oldest) {
        const network = this.#networkOf(key, true) as Entry;
        if (this.#isFull(network)) return true;
        network.used += 1;
        return false;
      }
      this.forget(oldest.key);
      (this.#networkOf(oldest.key, true) as Entry).used += oldest.used;
    }
    own ??= { key, used: 0 };
    if (own.used >= this.#most) return true;
    own.used += 1;
    this.#last(own);
    return false;
  }

  giveBack(key: string): void {
    const entry = find(this.keys, key) ?? this.#networkOf(key, false);
    if (!entry || entry.used === 0) return;
    entry.used -= 1;
    if (find(this.keys, key)) this.#last(entry);
  }

  forget(key: string): void {
    this.keys = this.keys.filter((entry) => entry.key !== key);
  }

  #last(entry: Entry): void {
    this.keys = [...this.keys.filter(({ key }) => key !== entry.key), entry];
  }

  #isFull = (network: Entry | undefined) => network !== undefined && network.used >= 50 * this.#most;

  #networkOf(key: string, make: boolean): Entry | undefined {
    const name = networkOf(key);
    const found = find(this.#networks, name);
    if (found || this.#networks.length >= this.#bounds[1]) return found ?? this.#others;
    if (!make) return undefined;
    const made = { key: name, used: 0 };
    this.#networks.push(made);
    return made;
  }
}

describe("a key's network", () => {
  it.each([
    ["203.0.113.7", "203.0.0.0/16"],
    ["2001:db8:1:2::/64", "2001:db8::/32"],
    ["2001:db8::/64", "2001:db8::/32"],
    ["2001:0:1:2::/64", "2001:0::/32"],
    ["2001::/64", "2001:0::/32"],
    ["::/64", "0:0::/32"],
  ])("%s is in %s", (key, network) => {
    expect(networkOf(key)).toBe(network);
  });

  it("is one of 65,536 groups for what is no address", () => {
    const groups = new Set(times(2_000, (n) => networkOf(`session ${n}`)));
    expect(groups.size).toBeGreaterThan(1_900);
    for (const group of groups) expect(group).toMatch(/^group-[0-9a-f]{4}$/);
  });
});
