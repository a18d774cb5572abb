/** Looks at the server all the time while it is besieged: its memory, its /healthz, its database connections. */
import pg from "pg";
import { askStatus } from "./ask.ts";
import { IDLE_AFTER } from "./judge.ts";
import { memoryOf } from "./watch.ts";

/** Milliseconds between two looks. */
const EVERY = { memory: 50, health: 200, database: 100 };
const HEALTH_PATIENCE = 10_000;

export type Observed = {
  /** MiB: of all processes, of the largest one. */
  peak: number;
  largest: number;
  health: { worst: number; failed: string | undefined };
  idleInTransaction: number;
};
const nothing = (): Observed => ({
  peak: 0,
  largest: 0,
  health: { worst: 0, failed: undefined },
  idleInTransaction: 0,
});

export class Observer {
  readonly #port: number;
  readonly #pids: () => number[];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #database: pg.Client | undefined;
  #observed = nothing();
  /** While the server is started again, /healthz need not answer. */
  #isPaused = false;

  /** @param pids the server's processes at present */
  constructor(port: number, pids: () => number[], database: string | undefined) {
    this.#port = port;
    this.#pids = pids;
    this.#timers.push(setInterval(() => this.#lookAtMemory(), EVERY.memory));
    this.#timers.push(setInterval(() => void this.#askHealth(), EVERY.health));
    if (database === undefined) return;
    this.#database = new pg.Client({ connectionString: database, application_name: "siege" });
    this.#database.on("error", () => {});
  }

  async start(): Promise<void> {
    await this.#database?.connect();
    if (this.#database) this.#timers.push(setInterval(() => void this.#lookAtDatabase(), EVERY.database));
  }

  /** What was seen since the last time. */
  take(): Observed {
    const observed = this.#observed;
    this.#observed = nothing();
    return observed;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#observed = nothing();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#database?.end();
  }

  #lookAtMemory(): void {
    const sizes = this.#pids().map(memoryOf);
    const sum = sizes.reduce((total, one) => total + one, 0);
    this.#observed.peak = Math.max(this.#observed.peak, sum);
    this.#observed.largest = Math.max(this.#observed.largest, ...sizes);
  }

  async #askHealth(): Promise<void> {
    if (this.#isPaused) return;
    const { health } = this.#observed;
    const start = performance.now();
    const failed = await askStatus(this.#port, "/healthz", HEALTH_PATIENCE).then(
      (status) => (status === 200 ? undefined : `answered ${status}`),
      (error: Error) => error.message,
    );
    health.worst = Math.max(health.worst, performance.now() - start);
    if (!this.#isPaused) health.failed ??= failed;
  }

  async #lookAtDatabase(): Promise<void> {
    const { rows } = (await this.#database
      ?.query(
        `select count(*)::int as idle from pg_stat_activity
         where datname = current_database() and application_name <> 'siege'
           and state like 'idle in transaction%' and state_change < clock_timestamp() - interval '${IDLE_AFTER} ms'`,
      )
      .catch(() => undefined)) ?? { rows: [] };
    this.#observed.idleInTransaction = Math.max(this.#observed.idleInTransaction, rows[0]?.idle ?? 0);
  }
}
