/**
 * Several processes for one server (`WEB_CONCURRENCY`): this one, the primary, listens and hands every connection to a worker
 * in turn (node:cluster), replaces workers that end, counts the limits and adds up the figures of all.
 */
import type { ChildProcess } from "node:child_process";
import cluster, { type Worker } from "node:cluster";
import { type EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { countForWorkers } from "./cache/counts.ts";
import { OperatorError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { Metrics } from "./metrics.ts";
import { type Figures, Tally } from "./tally.ts";
import { Wire } from "./wire.ts";

/** The command that a worker runs: not for people, so it is in no help. */
export const WORKER_COMMAND = "serve-as-worker";

/** A worker that ends sooner than that after its start will perhaps do so again. Milliseconds. */
const EARLY = 10_000;
/** So many of these within {@link EARLY_WITHIN} milliseconds are a fault that another try does not mend. */
const MOST_EARLY = 5;
const EARLY_WITHIN = 60_000;
/** The wait before the next try, for each of them. Milliseconds. */
const WAIT = 500;

type Running = { wire: Wire; since: number; listens: boolean; reason?: string };

export class Workers {
  /** The primary's own figures, whose text is that of all processes. */
  readonly metrics: Metrics = new Metrics(() => this.#figuresOfAll());
  /** Rejects where workers end again and again, or one at the first start; never resolves. */
  readonly failed: Promise<never>;
  readonly #logger: Logger;
  readonly #running = new Map<number, Running>();
  readonly #tally = new Tally();
  readonly #count = countForWorkers();
  #fail: (error: Error) => void = () => {};
  #onListening: ((port: number) => void) | undefined;
  #early: number[] = [];
  #isStopping = false;
  #wasCut = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  /**
   * Starts so many workers and resolves with their port when all of them listen.
   * @throws OperatorError with what the first that cannot has said
   */
  async start(count: number): Promise<number> {
    // Only this way the primary alone holds the socket: without it no worker gets another connection, and one that ends loses none.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ args: [WORKER_COMMAND] });
    cluster.on("message", ({ id }, message) => this.#running.get(id)?.wire.receive(message));
    cluster.on("exit", (worker, code, signal) => this.#ended(worker, code, signal));
    cluster.on("listening", ({ id }, { port }) => {
      const running = this.#running.get(id);
      if (running) running.listens = true;
      const all = [...this.#running.values()];
      if (all.filter(({ listens }) => listens).length === count) this.#onListening?.(port);
    });
    const listening = new Promise<number>((resolve) => {
      this.#onListening = resolve;
    });
    for (let n = 0; n < count; n += 1) this.#fork();
    const port = await Promise.race([listening, this.failed]);
    this.#onListening = undefined;
    return port;
  }

  /**
   * Lets every worker answer what is under way, and end.
   * @throws OperatorError where one was cut off at that
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGTERM");
    while (this.#running.size > 0) await once(cluster, "exit");
    if (this.#wasCut) throw new OperatorError("a server process was cut off while it answered");
  }

  #fork(): void {
    const worker = cluster.fork();
    handOnWhatIsLeft(worker.process);
    const send = (letter: object) => void (worker.isConnected() && worker.send(letter, () => {}));
    const running: Running = {
      since: performance.now(),
      listens: false,
      wire: new Wire(send, {
        count: this.#count,
        "figures of all": () => this.metrics.text(),
        "last figures": (figures: Figures) => this.#tally.keep(worker.id, figures),
        "cannot start": (reason: string) => {
          running.reason = reason;
        },
      }),
    };
    this.#running.set(worker.id, running);
  }

  #ended({ id, process }: Worker, code: number | null, signal: string | null): void {
    const ended = this.#running.get(id);
    if (!ended) return;
    ended.wire.close();
    this.#running.delete(id);
    this.#tally.end(id);
    if (this.#isStopping) {
      // One that did not listen yet had nothing to answer.
      this.#wasCut ||= ended.listens && code !== 0;
      return;
    }
    if (this.#onListening) {
      this.#fail(
        new OperatorError(ended.reason ?? `a server process ended at its start (${signal ?? code})`),
      );
      return;
    }
    const now = performance.now();
    this.#early = this.#early.filter((at) => now - at < EARLY_WITHIN);
    if (now - ended.since < EARLY) this.#early.push(now);
    const { reason } = ended;
    this.#logger.error(
      { pid: process.pid, code, signal, reason },
      "a server process ended; another takes its place",
    );
    if (this.#early.length >= MOST_EARLY) {
      const why = reason === undefined ? "see the log" : reason;
      this.#fail(new OperatorError(`server processes end again and again right after their start: ${why}`));
      return;
    }
    void setTimeout(WAIT * this.#early.length).then(() => {
      if (!this.#isStopping) this.#fork();
    });
  }

  async #figuresOfAll(): Promise<string> {
    const asked = [...this.#running].map(async ([id, { wire }]) => {
      // One that does not answer, because it is starting or very busy, counts with what it told last.
      const figures = await wire.ask<Figures>("figures").catch(() => undefined);
      if (figures && this.#running.has(id)) this.#tally.keep(id, figures);
    });
    const [own] = await Promise.all([this.metrics.figures("primary"), ...asked]);
    return this.#tally.text(own);
  }
}

/**
 * A connection that was handed to a worker which died before it took it is forgotten by node:cluster, and its client waits for
 * ever (Node 24.21; nodejs/node-v0.x-archive#7006). When all that the worker has sent is read, it is declined in its place, so
 * that the next worker gets it. Node's own messages are read for that; should they change, this does nothing.
 */
function handOnWhatIsLeft(worker: ChildProcess): void {
  type Message = { act?: string; seq?: number; ack?: number };
  const handed = new Set<number>();
  const send = worker.send.bind(worker) as (message: Message, ...rest: unknown[]) => boolean;
  const noting = (message: Message, ...rest: unknown[]) => {
    if (message.act === "newconn" && message.seq !== undefined) handed.add(message.seq);
    return send(message, ...rest);
  };
  Object.assign(worker, { send: noting });
  const events: EventEmitter = worker;
  events.on("internalMessage", ({ ack = -1 }: Message) => handed.delete(ack));
  events.once("close", () => {
    for (const ack of handed) events.emit("internalMessage", { cmd: "NODE_CLUSTER", ack, accepted: false });
  });
}

/**
 * A worker's end of the wire.
 * @param onOrphaned called where the primary is gone
 * @throws OperatorError where this process is no worker
 */
export function wireToPrimary(metrics: Metrics, onOrphaned: () => void): { wire: Wire; isFirst: boolean } {
  const { worker } = cluster;
  if (!worker) throw new OperatorError(`${WORKER_COMMAND} is not for people: run torioki serve`);
  const send = (letter: object) => void (worker.isConnected() && worker.send(letter, () => {}));
  const wire = new Wire(send, { figures: () => metrics.figures("worker") });
  worker.on("message", (message) => wire.receive(message));
  worker.on("disconnect", () => {
    // Otherwise Node ends the process on the spot, and with it the answers that are under way.
    worker.exitedAfterDisconnect = true;
    wire.close();
    onOrphaned();
  });
  return { wire, isFirst: worker.id === 1 };
}
