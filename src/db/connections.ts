/** Takes connections from a `pg` pool, ours or the host's: within a time limit, and never one that leads to a server of the past. */
import { connect } from "node:net";
import type pg from "pg";

/** After a server has said that it is read-only, older connections are given up; again at most this often. Milliseconds. */
const SUSPICION = 1_000;

/**
 * What says that this connection's server, or what is behind the pooler, is not the one to write to any more: read-only, as an
 * old primary is after a fail-over (25006); shut down, restarting or in recovery (57P01 to 57P03); the database is gone or
 * the session timed out (57P04, 57P05); the connection behind a pooler is lost (class 08). The next connection may lead to
 * a better one, so this one must not go back to the pool.
 */
const LEADS_NOWHERE = /^(25006|57P0[1-5]|08...)$/;

export type { Connections };

const known = new WeakMap<pg.Pool, Connections>();

/** Of one pool there is one: what one user of it learns about a connection, all must know. */
export function connectionsOf(pool: pg.Pool): Connections {
  const connections = known.get(pool) ?? new Connections(pool);
  known.set(pool, connections);
  return connections;
}

type Waiter = { give: (client: pg.PoolClient) => void; refuse: (error: unknown) => void };

class Connections {
  readonly #pool: pg.Pool;
  readonly #waiting = new Set<Waiter>();
  /** How often the pool was asked and has not answered yet. */
  #asked = 0;
  /** Since when a connection is known to us. One that the host has opened before counts from our first use. */
  readonly #firstUse = new WeakMap<pg.PoolClient, number>();
  /** Connections from before this moment may lead to a server that is read-only by now. */
  #suspectBefore = Number.NEGATIVE_INFINITY;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * A host's pool may have no limit of its own. A connection that comes after its asker has gone is given to the next, or
   * back to the pool: the pool is never asked more often than there were askers at once.
   * @param patience in milliseconds; undefined: as long as the pool takes
   */
  take(patience: number | undefined): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        give: (client) => {
          leave();
          resolve(client);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const late = () => waiter.refuse(new Error("timeout exceeded when waiting for a connection"));
      const timer = patience && setTimeout(late, patience);
      this.#waiting.add(waiter);
      if (this.#asked < this.#waiting.size) this.#ask();
    });
  }

  #ask(): void {
    this.#asked += 1;
    this.#pool.connect().then(
      (client) => {
        this.#asked -= 1;
        this.#pass(client);
      },
      (error) => {
        this.#asked -= 1;
        // Whoever this one was asked for may have left by its own time limit: then nobody else is refused in its place.
        if (this.#asked < this.#waiting.size) this.#first()?.refuse(error);
      },
    );
  }

  #pass(client: pg.PoolClient): void {
    const firstUse = this.#firstUse.get(client) ?? performance.now();
    this.#firstUse.set(client, firstUse);
    const isSuspect = firstUse < this.#suspectBefore;
    const waiter = this.#first();
    if (isSuspect) client.release(new Error("this connection may lead to a server that is read-only"));
    if (isSuspect && waiter) this.#ask();
    else if (waiter) waiter.give(client);
    else if (!isSuspect) client.release();
  }

  #first(): Waiter | undefined {
    const [first] = this.#waiting;
    return first;
  }

  /** Whether this error of a statement says that its connection must not be used again. */
  isLost(error: unknown): boolean {
    const { code } = error as { code?: string };
    if (code === "25006" && performance.now() - this.#suspectBefore > SUSPICION)
      this.#suspectBefore = performance.now();
    // After a timeout on our side the connection still waits for the old answer: nobody else may get it.
    return code === undefined || LEADS_NOWHERE.test(code);
  }
}

/** What `pg` knows of a connection, though its types name it only in part. */
type Backend = { host?: string; port?: number; processID?: number | null; secretKey?: number | null };

const CANCEL_REQUEST = 80_877_102;
/** Nobody waits for it. Milliseconds. */
const CANCEL_PATIENCE = 1_000;

/**
 * Asks PostgreSQL to end what it does for a connection that we give up (manual, section 55.2.8). Without this, what waits for a lock
 * waits on, and takes one of the server's connections for as long. A host's pool has no statement_timeout that would end it.
 */
export function cancel(client: pg.PoolClient): void {
  const { host, port, processID, secretKey } = client as unknown as Backend;
  if (!host || !port || typeof processID !== "number" || typeof secretKey !== "number") return;
  const request = Buffer.alloc(16);
  for (const [n, value] of [16, CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(value, 4 * n);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  const end = () => socket.destroy();
  socket.unref().setTimeout(CANCEL_PATIENCE, end).on("error", end);
  socket.end(request);
}
