/** The siege of one shape of the server: bad clients one after the other, fifty shoppers beside all of them. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { getPort } from "../helpers/ports.ts";
import type { BadClient, Report } from "./bad-client.ts";
import { holdingOn } from "./catalogue/holding-on.ts";
import { warmingUp } from "./catalogue/warming-up.ts";
import { type Facts, judge, MOST_KEPT, MOST_MEMORY, mib, quantile, type Verdict } from "./judge.ts";
import { Observer } from "./observer.ts";
import { randomOf, shuffled } from "./random.ts";
import { SiegedServer } from "./server.ts";
import type { Shape } from "./shapes.ts";
import type { Seen } from "./shoppers.ts";
import { descriptorsOf, memoryOf, readBy } from "./watch.ts";

/** One attack. `slow` says what took too long in it; those that took too long in most attacks are among the `faults`, too. */
export type Row = { client: BadClient; facts: Facts } & Verdict;
export type Outcome = { rows: Row[]; faults: string[] };

export type SiegeOptions = {
  clients: BadClient[];
  /** The catalogue begins anew until so many are over; 0: once. */
  minutes: number;
  judgesTimes: boolean;
  seed: number;
  /** The checkout whose server is besieged. */
  folder: string;
  /** Seconds of load without an attack before the first: as a warm-up, and to know the shoppers' p99 without an attack. */
  warmUp: number;
  quiet: number;
  /** Ends the siege before its time, with everything that it has started. */
  signal?: AbortSignal | undefined;
  say: (line: string) => void;
};

/** Seconds until no descriptor of a bad client may be left, by the issue. */
const DESCRIPTORS_GONE = 10;
/** Seconds until the memory has to be back. V8 gives it back when it has had some seconds of little to do. */
const MEMORY_BACK = 15;
/** Seconds in which SIGTERM has ended the server, whatever its clients do (docs/operating.md); half a second to look. */
const STOPPED = 15.5;
/** Runs a program only when no other process wants a processor (util-linux, which Debian always has). */
const ONLY_IDLE = ["chrt", "--idle", "0"] as const;
/** Seconds without an attack before each one, and how many of the shoppers' last answers in them their p99 is held beside. */
const QUIET = 3;
const QUIET_ANSWERS = 2_500;

export async function besiege(shape: Shape, options: SiegeOptions): Promise<Outcome> {
  const siege = new Siege(shape, await getPort(), options);
  const abort = () => siege.abort();
  options.signal?.addEventListener("abort", abort);
  try {
    return await siege.run();
  } finally {
    options.signal?.removeEventListener("abort", abort);
    await siege.close();
  }
}

class Siege {
  readonly #shape: Shape;
  readonly #options: SiegeOptions;
  readonly #server: SiegedServer;
  readonly #observer: Observer;
  #shoppers: ChildProcess | undefined;
  #attack: ChildProcess | undefined;
  #quiet: number[] = [];
  #attacks = 0;
  #memoryAtStart = 0;

  constructor(shape: Shape, port: number, options: SiegeOptions) {
    this.#shape = shape;
    this.#options = options;
    this.#server = new SiegedServer(port, shape.env, options.folder);
    this.#observer = new Observer(port, () => this.#server.pids, shape.database);
  }

  async run(): Promise<Outcome> {
    const { clients, minutes, seed, say, warmUp, quiet } = this.#options;
    const random = randomOf(seed);
    this.#observer.pause();
    await this.#server.start();
    this.#memoryAtStart = this.#memory();
    await this.#observer.start();
    this.#shoppers = fork("test/siege/shoppers.ts", [String(this.#server.port), String(seed)]);
    await this.#attackBy(warmingUp);
    await sleep(warmUp * 1_000);
    const before = await this.#seenWithout(quiet);
    this.#options.signal?.throwIfAborted();
    this.#rememberQuiet(before);
    if (before.wrong > 0)
      throw new Error(`shoppers see wrong answers without any attack: ${before.faults[0]}`);
    say(
      `${this.#shape.name}: ${mib(this.#memory())}, shoppers' p99 ${quantile(before.times, 0.99).toFixed(1)} ms of ${before.times.length} answers in ${quiet} s, seed ${seed}`,
    );
    const rows: Row[] = [];
    const end = performance.now() + minutes * 60_000;
    let afterFirstRound: number | undefined;
    for (let round = 1; round === 1 || performance.now() < end; round += 1) {
      for (const client of shuffled(clients, random)) {
        if (round > 1 && performance.now() > end) break;
        rows.push(...(await this.#judgeSurely(client)));
      }
      afterFirstRound ??= this.#memory();
    }
    const faults = await this.#stop();
    const last = this.#lastMemory;
    if (afterFirstRound !== undefined && last > afterFirstRound * MOST_MEMORY)
      faults.push(`memory: ${mib(afterFirstRound)} after the first round, ${mib(last)} after the last`);
    for (const fault of faults) say(`${this.#shape.name}: FELL: ${fault}`);
    return { rows, faults };
  }

  #lastMemory = 0;

  /**
   * Where something took too long, the same bad client attacks twice more, and it counts where it was so in two of three attacks: a
   * p99 of some hundred answers is its five slowest, and the machine may have had other work just then.
   */
  async #judgeSurely(client: BadClient): Promise<Row[]> {
    const rows = [await this.#besiegeBy(client)];
    if (rows[0]?.slow.length !== 0)
      for (let more = 0; more < 2; more += 1) rows.push(await this.#besiegeBy(client));
    const slow = rows.filter((row) => row.slow.length > 0);
    if (slow.length > 1) for (const row of slow) row.faults.push(...row.slow);
    return rows;
  }

  async #besiegeBy(client: BadClient): Promise<Row> {
    const { signal, say } = this.#options;
    signal?.throwIfAborted();
    const { port } = this.#server;
    const { dataFolder } = this.#shape;
    const descriptors = () => descriptorsOf(this.#server.pids, port, dataFolder);
    if (this.#options.judgesTimes) {
      this.#rememberQuiet(await this.#seenWithout(QUIET));
    }
    const before = { descriptors: descriptors(), memory: this.#memory(), read: readBy(this.#server.pids) };
    this.#observer.resume();
    const report = await this.#attackBy(client);
    signal?.throwIfAborted();
    const over = performance.now();
    const during = await this.#seen();
    const read = readBy(this.#server.pids) - before.read;
    const observed = this.#observer.take();
    const exit = this.#server.fault();
    // Answers that the attack has delayed may still be on their way.
    await sleep(1_500);
    let after = descriptors();
    const since = () => (performance.now() - over) / 1_000;
    while (
      !exit &&
      (after.attackers > 0 || after.dead > before.descriptors.dead) &&
      since() < DESCRIPTORS_GONE
    ) {
      await sleep(500);
      after = descriptors();
    }
    const most = client.leavesNothing ? before.memory + MOST_KEPT.growth : before.memory * MOST_MEMORY;
    while (!exit && this.#memory() > most && since() < MEMORY_BACK) await sleep(500);
    const later = await this.#seen();
    const facts: Facts = {
      report,
      exit: exit ?? this.#server.fault(),
      memory: {
        start: this.#memoryAtStart,
        before: before.memory,
        peak: observed.peak,
        largest: observed.largest,
        after: this.#memory(),
      },
      descriptors: { before: before.descriptors, after },
      seen: {
        times: during.times,
        wrong: during.wrong + later.wrong,
        faults: [...during.faults, ...later.faults],
      },
      p99: { before: quantile(this.#quiet, 0.99), during: quantile(during.times, 0.99) },
      health: observed.health,
      read,
      idleInTransaction: observed.idleInTransaction,
    };
    const verdict = judge(client, facts, {
      shape: this.#shape.name,
      judgesTimes: this.#options.judgesTimes,
    });
    const { faults, slow } = verdict;
    const text =
      faults.length > 0
        ? `FELL: ${faults.join("; ")}`
        : slow.length > 0
          ? `SLOW: ${slow.join("; ")}`
          : "held";
    say(`${this.#shape.name}, ${client.name}: ${text}`);
    if (facts.exit) await this.#recover();
    return { client, facts, ...verdict };
  }

  /** @returns undefined where the bad client had to be ended */
  async #attackBy(client: BadClient): Promise<Report | undefined> {
    const attack = this.#startAttack(client);
    let output = "";
    attack.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => attack.kill("SIGKILL"), client.seconds * 1_000);
    await once(attack, "close");
    clearTimeout(timer);
    this.#attack = undefined;
    return output === "" ? undefined : (JSON.parse(output) as Report);
  }

  #startAttack({ name }: BadClient): ChildProcess {
    this.#attacks += 1;
    const given = JSON.stringify({ name, port: this.#server.port, run: this.#attacks });
    // In the world attackers have processors of their own. Where times are judged they must not take the server's; where they are not,
    // an attack that gets no processor beside other work would show nothing.
    const node = [process.execPath, "test/siege/attack.ts", given];
    const [program = "", ...args] = this.#options.judgesTimes ? [...ONLY_IDLE, ...node] : node;
    this.#attack = spawn(program, args, {
      stdio: ["ignore", "pipe", "inherit"],
    });
    return this.#attack;
  }

  async #recover(): Promise<void> {
    this.#observer.pause();
    await this.#server.recover();
    await sleep(3_000);
    await this.#seen();
    this.#observer.resume();
  }

  /** Ends the server while bad clients hold on to it. */
  async #stop(): Promise<string[]> {
    this.#lastMemory = this.#memory();
    this.#observer.pause();
    const attack = this.#startAttack(holdingOn);
    await sleep(1_500);
    const fault = this.#server.fault();
    this.#shoppers?.disconnect();
    const { seconds, wasKilled } = await this.#server.stop();
    attack.kill("SIGKILL");
    if (fault) return [`exit: ${fault}`];
    if (wasKilled || seconds > STOPPED)
      return [
        `SIGTERM while bad clients hold on: ${wasKilled ? "the server did not end within 20 s" : `the server ended after ${seconds.toFixed(1)} s`}, at most 15 s`,
      ];
    return [];
  }

  async #seen(): Promise<Seen> {
    const shoppers = this.#shoppers as ChildProcess;
    const answer = once(shoppers, "message");
    shoppers.send("tell");
    const [seen] = (await answer) as [Seen];
    return seen;
  }

  /**
   * What the shoppers see for so many seconds without an attack. The processor that an attack would use up is used up all the same: it
   * makes a machine of two cores slower by itself, and a real attacker's is elsewhere.
   */
  async #seenWithout(seconds: number): Promise<Seen> {
    const [program, ...args] = [...ONLY_IDLE, process.execPath, "-e", "for (;;);"];
    const attackers = this.#options.judgesTimes ? spawn(program, args, { stdio: "ignore" }) : undefined;
    try {
      await this.#seen();
      await sleep(seconds * 1_000);
      return await this.#seen();
    } finally {
      attackers?.kill("SIGKILL");
    }
  }

  #rememberQuiet({ times }: Seen): void {
    this.#quiet = [...this.#quiet, ...times].slice(-QUIET_ANSWERS);
  }

  /** MiB of all processes of the server. */
  #memory(): number {
    return this.#server.pids.reduce((sum, pid) => sum + memoryOf(pid), 0);
  }

  /** Ends what runs at once; whoever waits for the siege learns of it from {@link run}. */
  abort(): void {
    this.#attack?.kill("SIGKILL");
    void this.#server.stop();
  }

  async close(): Promise<void> {
    this.#observer.pause();
    this.#attack?.kill("SIGKILL");
    if (this.#shoppers?.connected) this.#shoppers.disconnect();
    await this.#observer.close();
    await this.#server.stop();
  }
}
