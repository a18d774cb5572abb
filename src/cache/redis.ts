/**
 * The connection to Redis, and the one place that decides what happens without it: every command has a budget of time, a
 * command that fails opens the circuit, and while it is open nobody waits for Redis. What Redis was asked for must
 * therefore be known, or done, without it.
 */
import { createClient, createCluster, createSentinel } from "@redis/client";
import type { Logger } from "../logger.ts";
import { REDIS_URL } from "../options.ts";

/** The commands in use, which the clients for one node, Sentinel and Cluster have alike. */
export type RedisCommands = {
  get(key: string): Promise<string | null>;
  del(key: string): Promise<number>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
};

type Client = RedisCommands & {
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: string, listener: (error?: unknown) => void): unknown;
};

/** Longer than Redis ever takes, short enough for a shopper not to notice. Milliseconds. */
const BUDGET = 50;
const PROBE_SCRIPT = "return redis.call('set', KEYS[1], '1', 'px', 1000)";
/** How soon an open circuit looks whether Redis is back. Milliseconds. */
const PROBE = 250;
/** It looks half as often each time that Redis was back for less than `STEADY`, down to this. Milliseconds. */
const RAREST_PROBE = 30_000;
const STEADY = 10_000;
/** After so many looks in vain, another connection is tried. */
const MOST_FAILURES = 8;
/** How long the first connection may take before its failing is worth a word. Milliseconds. */
const FIRST = 2_000;

/** Whatever may mean that the next command is answered by another Redis than the last, or by one that has forgotten. */
const UPHEAVALS = [
  ...["ready", "reconnecting", "end", "error"],
  ...["node-ready", "node-reconnecting", "node-disconnect", "node-error"],
  ...["topology-change", "client-error"],
];

/** Redis cannot be asked at the moment. */
export class RedisAway extends Error {
  override readonly name = "RedisAway";
}

export class Redis {
  readonly #url: string;
  readonly #logger: Logger;
  #client: Client;
  readonly #onUpheaval: (() => void)[] = [];
  #state: "connecting" | "up" | "down" = "connecting";
  #lastError: unknown;
  readonly #start = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Looks in a row that found no Redis. */
  #failures = 0;
  /** Whether the present client has ever been connected. */
  #wasConnected = false;
  #probe = PROBE;
  #upSince = Number.NEGATIVE_INFINITY;
  faults = 0;

  /** Begins to connect; nobody waits for it. @param url as `redisUrl` in options.ts takes it */
  constructor(url: string, logger: Logger) {
    this.#url = url;
    this.#logger = logger;
    this.#client = this.#open();
    this.#lookIn(0);
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** Calls back whenever a connection was lost, made or moved. */
  onUpheaval(listener: () => void): void {
    this.#onUpheaval.push(listener);
  }

  /** @throws RedisAway at once while the circuit is open, after 50 ms at the latest otherwise */
  async run<T>(work: (commands: RedisCommands) => Promise<T>): Promise<T> {
    if (this.#state !== "up") throw new RedisAway("Redis is away");
    try {
      return await inTime(work(this.#client));
    } catch (cause) {
      this.faults += 1;
      this.#down(cause);
      throw new RedisAway("Redis did not answer", { cause });
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#client.destroy();
  }

  #open(): Client {
    const client = clientFor(this.#url);
    for (const event of UPHEAVALS) {
      client.on(event, (error) => {
        // What one says that has been given up concerns nobody.
        if (client !== this.#client) return;
        if (error instanceof Error) this.#lastError = error;
        this.#tellUpheaval();
      });
    }
    this.#wasConnected = false;
    client.connect().then(
      () => {
        if (client === this.#client) this.#wasConnected = true;
      },
      (error) => {
        if (client === this.#client) this.#lastError = error;
      },
    );
    return client;
  }

  #tellUpheaval(): void {
    for (const tell of this.#onUpheaval) tell();
  }

  #down(cause: unknown): void {
    if (this.#isClosed) return;
    // One node of a Cluster that is gone, or a right that is missing: some commands go through, some never do.
    if (this.#state === "up") {
      const wasSteady = performance.now() - this.#upSince > STEADY;
      this.#probe = wasSteady ? PROBE : Math.min(2 * this.#probe, RAREST_PROBE);
    }
    if (this.#state !== "down") {
      this.#state = "down";
      this.#logger.warn(
        { err: this.#lastError ?? cause },
        "Redis is away: the database answers in its place",
      );
    }
    this.#lookIn(this.#probe);
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds).unref();
  }

  async #look(): Promise<void> {
    // What is used is tried: a Redis that is full, read-only or lacks a right may still answer `get`.
    const ask = async () => this.#client.eval(PROBE_SCRIPT, { keys: ["torioki:probe"], arguments: [] });
    const error = await inTime(ask()).then(
      () => undefined,
      (cause) => cause,
    );
    if (this.#isClosed) return;
    this.#failures = error === undefined ? 0 : this.#failures + 1;
    // A connection whose other end has vanished without a word never says so; Redis may be back behind a new one. A client
    // that has not been connected yet goes on trying by itself.
    if (this.#wasConnected && this.#failures >= MOST_FAILURES) {
      this.#failures = 0;
      const given = this.#client;
      this.#client = this.#open();
      given.destroy();
      this.#tellUpheaval();
    }
    if (error === undefined) {
      this.#state = "up";
      this.#upSince = performance.now();
      this.#lastError = undefined;
      this.#logger.info({}, "Redis answers: session look-ups are served from it");
    } else if (this.#state === "connecting" && performance.now() - this.#start < FIRST) this.#lookIn(BUDGET);
    else this.#down(error);
  }
}

/** @throws Error where the work has not ended within the budget; it goes on, and what becomes of it is nobody's concern */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      // An answer that came while this process was busy is read before this is called: Redis was not slow then.
      () => setImmediate(() => reject(new Error(`no answer from Redis within ${BUDGET} ms`))),
      BUDGET,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A new try every so often, however long Redis is away. Milliseconds. */
const reconnectStrategy = (tries: number) => Math.min(50 * 2 ** Math.min(tries, 4), 500);

function clientFor(url: string): Client {
  const { kind, tls, username, password, database, nodes, name, sentinelPassword } = parseRedisUrl(url);
  const socket = { reconnectStrategy, connectTimeout: 2_000, ...(tls ? { tls: true as const } : {}) };
  const options = {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(database ? { database } : {}),
    socket,
    // What cannot be sent now must fail now: the caller goes on without Redis.
    disableOfflineQueue: true,
  };
  const [node] = nodes as [Node];
  if (kind === "single") return createClient({ ...options, socket: { ...socket, ...node } }) as Client;
  // Who is asked where the data is must say so soon, or somebody else is asked.
  const guide = { ...socket, socketTimeout: 5_000 };
  if (kind === "cluster") {
    const rootNodes = nodes.map((one) => ({ ...options, socket: { ...guide, ...one } }));
    return createCluster({ rootNodes, defaults: options }) as unknown as Client;
  }
  return createSentinel({
    name,
    sentinelRootNodes: nodes,
    nodeClientOptions: options,
    sentinelClientOptions: { socket: guide, ...(sentinelPassword ? { password: sentinelPassword } : {}) },
    scanInterval: 1_000,
  }) as unknown as Client;
}

type Node = { host: string; port: number };
type RedisUrl = {
  kind: "single" | "sentinel" | "cluster";
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
  database: number | undefined;
  nodes: Node[];
  /** Of the master that Sentinel watches. */
  name: string;
  sentinelPassword: string | undefined;
};

/** Several hosts in one address are beyond the web's URL, so it is taken apart here; `redisUrl` has checked its form. */
export function parseRedisUrl(url: string): RedisUrl {
  const groups = REDIS_URL.exec(url)?.groups;
  if (!groups) throw new TypeError("not an address of Redis");
  const { scheme = "", kind = "single", user, password, hosts = "", path = "", query } = groups;
  const parts = path.split("/").filter(Boolean);
  const name = kind === "sentinel" ? (parts.shift() as string) : "";
  const defaultPort = kind === "sentinel" ? 26_379 : 6_379;
  const plain = (text: string | undefined) => (text ? decodeURIComponent(text) : undefined);
  return {
    kind: kind as RedisUrl["kind"],
    tls: scheme === "rediss",
    username: plain(user),
    password: plain(password),
    database: parts[0] === undefined ? undefined : Number(parts[0]),
    nodes: hosts.split(",").map((part) => {
      const [, host = "", port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(part) ?? [];
      return { host: host.replace(/^\[|\]$/g, ""), port: Number(port ?? defaultPort) };
    }),
    name,
    sentinelPassword: new URLSearchParams(query).get("sentinel_password") ?? undefined,
  };
}
