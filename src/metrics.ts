/** What is counted, for Prometheus: one registry for each Torioki, so that two in one process do not mix. */
import { createRequire } from "node:module";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { descriptorShortages } from "./descriptors.ts";
import { isRefusal } from "./errors.ts";
import { droppedLines } from "./log-writer.ts";
import type { Figures } from "./tally.ts";

/** What the gauges ask for when they are read. */
export type Sources = {
  /** Live sessions and carts, and the age in seconds of the oldest expired session; undefined where it cannot be told. */
  census(): Promise<{ sessions: number; carts: number; lag: number } | undefined>;
  /** Of a pool of connections, where there is one. */
  pool(): { total: number; idle: number; waiting: number } | undefined;
  /** Where there is Redis. */
  redis(): { isUp: boolean; faults: number } | undefined;
};

const CLEANED = ["sessions", "lines", "tickets", "idempotency_keys", "logins", "verifications"] as const;
export type CleanedRows = Record<(typeof CLEANED)[number], number>;

/** The limits by name (src/http/limits.ts, src/login). */
const LIMITS = [
  "sessions",
  "failures",
  "reads",
  "writes",
  "passwords",
  "device_passwords",
  "sign_ups",
  "sign_ins",
];

/** The methods that have calls; anybody can make up others, and each would be a series of its own. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** The census asks the database, so it is taken at most so often. Milliseconds. */
const CENSUS_EVERY = 15_000;

/** What the database tells any process alike: of several processes of one server only the primary asks. */
const CENSUS = new Set(["torioki_sessions_live", "torioki_carts_live", "torioki_cleanup_lag_seconds"]);
/** What the primary has nothing to do with. */
const WORKERS_OWN = new Set(["torioki_redis_up"]);

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** How figures of several processes become one, where adding them up or taking their mean would hide what matters. */
const OF_SEVERAL = {
  torioki_redis_up: "min",
  process_start_time_seconds: "min",
  // The limit is each process's own, so the one that has most open is the one to look at.
  process_open_fds: "max",
  process_max_fds: "min",
  nodejs_eventloop_lag_seconds: "max",
  nodejs_eventloop_lag_p50_seconds: "max",
  nodejs_eventloop_lag_p90_seconds: "max",
  nodejs_eventloop_lag_p99_seconds: "max",
} as const;

export class Metrics {
  readonly #registry = new Registry();
  readonly #ofAll: (() => Promise<string>) | undefined;
  #making: Promise<string> | undefined;
  readonly #requests = new Histogram({
    name: "torioki_http_request_duration_seconds",
    help: "Requests by method, route and status, and how long they took.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  });
  readonly #sessions = new Counter({
    name: "torioki_sessions_total",
    help: "Guest sessions that were created, converted (handed over), deleted by their visitor, or expired unconverted (counted when cleaned up).",
    labelNames: ["event"],
    registers: [this.#registry],
  });
  readonly #linesAdded = new Counter({
    name: "torioki_cart_lines_added_total",
    help: "Adds that were accepted, by whose cart it was: new lines, and more of a dish that was there.",
    labelNames: ["owner"],
    registers: [this.#registry],
  });
  /** Outcomes: done and replayed; refused (no live session, no such user); failed (an outage, a fault of ours). */
  readonly #handOvers = new Counter({
    name: "torioki_hand_overs_total",
    help: "Hand-overs by where they were asked for (login: beside a sign-in; call) and how they ended.",
    labelNames: ["at", "outcome"],
    registers: [this.#registry],
  });
  readonly #limited = new Counter({
    name: "torioki_rate_limited_total",
    help: "Requests that were refused with 429, by limit.",
    labelNames: ["limit"],
    registers: [this.#registry],
  });
  readonly #closed = new Counter({
    name: "torioki_connections_closed_total",
    help: "Connections that were closed for the sake of the others: there were too many, or clients had left too much unread.",
    labelNames: ["reason"],
    registers: [this.#registry],
  });
  readonly #cleanupRuns = new Counter({
    name: "torioki_cleanup_runs_total",
    help: "Clean-ups of this process by how they ended.",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #cleanupRows = new Counter({
    name: "torioki_cleanup_rows_total",
    help: "Rows that clean-ups of this process deleted.",
    labelNames: ["table"],
    registers: [this.#registry],
  });
  readonly #cleanupSeconds = new Counter({
    name: "torioki_cleanup_seconds_total",
    help: "Time that clean-ups of this process took.",
    registers: [this.#registry],
  });
  readonly #lookUps = new Counter({
    name: "torioki_redis_look_ups_total",
    help: "Session look-ups: hit (answered from Redis), miss, bypass (Redis was not asked).",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #shortages: Counter = new Counter({
    name: "torioki_file_descriptor_shortages_total",
    help: "Seconds in which no file descriptor was left for further connections; they are closed unanswered.",
    registers: [this.#registry],
    collect: () => {
      this.#shortages.reset();
      this.#shortages.inc(descriptorShortages());
    },
  });
  readonly #droppedLines: Counter = new Counter({
    name: "torioki_log_lines_dropped_total",
    help: "Log lines that this process could not write, because the disk is full or nobody reads them.",
    registers: [this.#registry],
    collect: () => {
      this.#droppedLines.reset();
      this.#droppedLines.inc(droppedLines());
    },
  });
  #isWatched = false;

  /** @param ofAll the text of all processes together, where this one is one of several of one server */
  constructor(ofAll?: () => Promise<string>) {
    this.#ofAll = ofAll;
    new Gauge({
      name: "torioki_build_info",
      help: "Always 1; the label says which version of Torioki this is.",
      labelNames: ["version"],
      aggregator: "max",
      registers: [this.#registry],
    }).set({ version }, 1);
    // A series that begins at its first fault hides that fault from a rate; these begin at 0.
    for (const at of ["call", "login"]) {
      for (const outcome of ["done", "replayed", "refused", "failed"])
        this.#handOvers.inc({ at, outcome }, 0);
    }
    for (const event of ["created", "converted", "deleted", "expired"]) this.#sessions.inc({ event }, 0);
    for (const owner of ["guest", "user"]) this.#linesAdded.inc({ owner }, 0);
    for (const limit of LIMITS) this.#limited.inc({ limit }, 0);
    for (const table of CLEANED) this.#cleanupRows.inc({ table }, 0);
    for (const reason of ["too_many", "unread"]) this.#closed.inc({ reason }, 0);
    for (const outcome of ["done", "failed"]) this.#cleanupRuns.inc({ outcome }, 0);
    for (const outcome of ["hit", "miss", "bypass"]) this.#lookUps.inc({ outcome }, 0);
  }

  /** Adds the gauges, which are asked for when somebody reads them. */
  watch(sources: Sources): void {
    const gauge = (name: string, help: string, read: (gauge: Gauge) => void | Promise<void>) => {
      const made: Gauge = new Gauge({ name, help, registers: [this.#registry], collect: () => read(made) });
    };
    const census = atMostEvery(CENSUS_EVERY, sources.census);
    const figures = {
      torioki_sessions_live: [
        "sessions",
        "Guest sessions that are neither expired nor converted; an estimate where there are very many.",
      ],
      torioki_carts_live: ["carts", "Live guest sessions that have at least one line; an estimate likewise."],
      torioki_cleanup_lag_seconds: [
        "lag",
        "Age of the oldest expired session that is still there; 0 where there is none.",
      ],
    } as const;
    for (const [name, [figure, help]] of Object.entries(figures)) {
      gauge(name, help, async (made) => {
        const counted = await census();
        // No figure is better than an old one.
        if (counted) made.set(counted[figure]);
        else made.remove();
      });
    }
    if (sources.pool()) {
      const connections: Gauge<"state"> = new Gauge({
        name: "torioki_database_pool_connections",
        help: "Connections to the database.",
        labelNames: ["state"],
        registers: [this.#registry],
        collect: () => {
          const { total = 0, idle = 0 } = sources.pool() ?? {};
          connections.set({ state: "busy" }, total - idle);
          connections.set({ state: "idle" }, idle);
        },
      });
      gauge("torioki_database_pool_waiting", "Requests that wait for a connection to the database.", (made) =>
        made.set(sources.pool()?.waiting ?? 0),
      );
    }
    gauge(
      "torioki_redis_up",
      "Whether Redis is in use: 1, or 0 where it is away or not configured.",
      (made) => made.set(sources.redis()?.isUp ? 1 : 0),
    );
    const faults: Counter = new Counter({
      name: "torioki_redis_faults_total",
      help: "Commands that Redis failed or did not answer in time.",
      registers: [this.#registry],
      collect: () => {
        faults.reset();
        faults.inc(sources.redis()?.faults ?? 0);
      },
    });
  }

  countRequest(method: string, route: string | undefined, status: number, seconds: number): void {
    this.#requests.observe(
      {
        method: METHODS.has(method) ? method : "other",
        route: route ?? "none",
        status: String(status),
      },
      seconds,
    );
  }

  countSession(event: "created" | "deleted"): void {
    this.#sessions.inc({ event });
  }

  countAdd(owner: "guest" | "user"): void {
    this.#linesAdded.inc({ owner });
  }

  /** Counts a connection that the server closed for the sake of the others. */
  countClosed(reason: "too_many" | "unread"): void {
    this.#closed.inc({ reason });
  }

  countLimited(limit: string): void {
    this.#limited.inc({ limit });
  }

  countLookUp(outcome: "hit" | "miss" | "bypass"): void {
    this.#lookUps.inc({ outcome });
  }

  /** Counts how a hand-over ends, and gives its result on; one that there was nothing for is not counted. */
  async countHandOver<T extends { receipt: { replayed: boolean } } | undefined>(
    at: "call" | "login",
    work: Promise<T>,
  ): Promise<T> {
    try {
      const done = await work;
      if (done) this.#handOvers.inc({ at, outcome: done.receipt.replayed ? "replayed" : "done" });
      if (done && !done.receipt.replayed) this.#sessions.inc({ event: "converted" });
      return done;
    } catch (error) {
      this.#handOvers.inc({ at, outcome: isRefusal(error) ? "refused" : "failed" });
      throw error;
    }
  }

  /** Counts what a clean-up does, and gives its report on. */
  async countCleanup<T extends CleanedRows & { unconverted: number; seconds: number }>(
    work: Promise<T>,
  ): Promise<T> {
    try {
      const report = await work;
      for (const table of CLEANED) this.#cleanupRows.inc({ table }, report[table]);
      this.#sessions.inc({ event: "expired" }, report.unconverted);
      this.#cleanupSeconds.inc(report.seconds);
      this.#cleanupRuns.inc({ outcome: "done" });
      return report;
    } catch (error) {
      this.#cleanupRuns.inc({ outcome: "failed" });
      throw error;
    }
  }

  /** Prometheus' text format. Whoever asks while it is made gets the same one: making it takes some milliseconds. */
  text(): Promise<string> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  #make(): Promise<string> {
    if (this.#ofAll) return this.#ofAll();
    this.#watchProcess();
    return this.#registry.metrics();
  }

  /** What this process adds to the figures of several; the primary has what is asked for once, its workers the rest. */
  figures(by: "primary" | "worker"): Promise<Figures> {
    this.#watchProcess();
    const left = by === "primary" ? WORKERS_OWN : CENSUS;
    const metrics = this.#registry.getMetricsAsArray().filter(({ name }) => !left.has(name));
    return Promise.all(metrics.map(({ name }) => this.#registry.getSingleMetric(name)?.get() as never));
  }

  /** What watches the process costs a little; a host that never reads it need not pay. */
  #watchProcess(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, aggregator] of Object.entries(OF_SEVERAL))
      Object.assign(this.#registry.getSingleMetric(name) ?? {}, { aggregator });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** The last answer again, where it is not older than so many milliseconds. */
function atMostEvery<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > milliseconds) last = { at: performance.now(), answer: ask() };
    return last.answer;
  };
}
