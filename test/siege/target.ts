/**
 * The server as a bad client meets it: connections from addresses of the attackers' own, and a count of all that came of
 * them. Everything goes to 127.0.0.1.
 */
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Answers } from "./answers.ts";
import type { Ending, Report } from "./bad-client.ts";
import { tcpSockets } from "./tcp-table.ts";

/**
 * Who comes from where. Limits count by address, and clients that have no counter by network (/16): so attackers, shoppers and
 * the watcher each have a network of their own.
 */
export const NETWORKS = { attackers: 66, proxy: 67, shoppers: 1, watcher: 2 } as const;
/** The server's TRUSTED_PROXIES: what comes from here is believed its X-Forwarded-For, what the other attackers say is not. */
export const TRUSTED_PROXIES = `127.${NETWORKS.proxy}.0.0/16`;

/**
 * Milliseconds. The server lets go of a socket a second after the last answer that it owes. On a machine that does other work it is
 * later; what is still there after ten seconds is a fault.
 */
const LET_GO = 2_500;
const LATEST = 10_000;
const PIECE = 100;
const ROUND_TRIP = 300;
const MOST_WRITES = 10;

export type Call = { method: string; path: string; headers?: Record<string, string>; body?: unknown };

export class Target {
  readonly port: number;
  readonly report: Report = { connections: 0, requests: 0, sent: 0, codes: {}, details: {} };
  readonly #run: number;
  #addresses = 0;
  readonly #sockets = new Set<BadSocket>();

  /** @param run the number of the attack in this siege: no two attacks share an address, and so none a limit */
  constructor(port: number, run: number) {
    this.port = port;
    this.#run = run;
  }

  /** An address that nobody has used before: 250 for each attack, then they come round again. */
  address(): string {
    this.#addresses += 1;
    return `127.${NETWORKS.attackers}.${this.#run % 250}.${1 + (this.#addresses % 250)}`;
  }

  /** Where a proxy is that the server trusts. */
  proxy(): string {
    return `127.${NETWORKS.proxy}.0.1`;
  }

  /** @param details of the ending; asked for the first time that this code is counted */
  count(code: number | Ending, details?: () => string): void {
    this.report.codes[code] = (this.report.codes[code] ?? 0) + 1;
    if (details) this.report.details[code] ??= details();
  }

  open(options: SocketOptions = {}): BadSocket {
    const socket = new BadSocket(this, options);
    this.#sockets.add(socket);
    socket.over.then(() => this.#sockets.delete(socket));
    return socket;
  }

  /** Ends all connections that are still there. */
  endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** One well-formed call on a connection of its own. @returns status 0 where there was no answer */
  ask(
    { method, path, headers = {}, body }: Call,
    from = this.address(),
  ): Promise<{ status: number; text: string; cookies: string[] }> {
    this.report.connections += 1;
    this.report.requests += 1;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      const asked = request(
        {
          port: this.port,
          host: "127.0.0.1",
          localAddress: from,
          method,
          path,
          agent: false,
          timeout: 15_000,
          headers: { ...(text === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        },
        (response) => {
          let answer = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            answer += chunk;
          });
          response.on("error", () => resolve({ status: 0, text: "", cookies: [] }));
          response.on("end", () => {
            this.count(response.statusCode as number);
            const cookies = (response.headers["set-cookie"] ?? []).map((one) => one.split(";")[0] as string);
            resolve({ status: response.statusCode as number, text: answer, cookies });
          });
        },
      );
      asked.on("timeout", () => asked.destroy());
      asked.on("error", () => {
        this.count("reset");
        resolve({ status: 0, text: "", cookies: [] });
      });
      asked.end(text);
    });
  }

  /** Starts guest sessions. @returns their tokens */
  async sessions(count: number): Promise<string[]> {
    const tokens: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { text } = await this.ask({
        method: "POST",
        path: "/api/guest/session",
        body: { transport: "header" },
      });
      const [, token] = /"session_token":"([^"]+)"/.exec(text) ?? [];
      if (token) tokens.push(token);
    }
    return tokens;
  }
}

type SocketOptions = {
  from?: string | undefined;
  /** false: reads nothing, or what {@link BadSocket.readsBytes} takes */
  reads?: boolean;
  isHead?: boolean;
};

/** A connection that keeps its own half open whatever the server does with the other. */
export class BadSocket {
  readonly answers: Answers;
  /** Resolves when the server has ended its half, or the connection is gone. */
  readonly over: Promise<void>;
  isOver = false;
  readonly #socket: Socket;
  readonly #target: Target;
  #wake: () => void = () => {};
  #isOurs = false;

  constructor(target: Target, { from = target.address(), reads = true, isHead = false }: SocketOptions) {
    this.#target = target;
    target.report.connections += 1;
    this.answers = new Answers((status) => target.count(status), isHead);
    this.#socket = connect({
      port: target.port,
      host: "127.0.0.1",
      localAddress: from,
      allowHalfOpen: true,
      noDelay: true,
    });
    if (reads)
      this.#socket.on("data", (chunk) => {
        this.answers.read(chunk);
        this.#wake();
      });
    else this.#socket.pause();
    this.over = new Promise((resolve) => {
      const end = (ending: Ending) => {
        // A reset of what the server had ended before is how it lets go.
        if (this.isOver) return;
        this.isOver = true;
        if (!this.#isOurs) target.count(ending);
        this.#wake();
        resolve();
      };
      this.#socket.on("end", () => end("closed"));
      this.#socket.on("error", (error: NodeJS.ErrnoException) =>
        end(error.code === "ECONNREFUSED" ? "refused" : "reset"),
      );
      this.#socket.on("close", () => end("closed"));
    });
  }

  /** Hands bytes to the system. @returns whether it takes more at present */
  write(bytes: string | Buffer): boolean {
    this.#target.report.sent += bytes.length;
    return !this.#socket.destroyed && this.#socket.write(bytes as string, "latin1");
  }

  /** Waits until so many answers have come whole, the connection is over, or the time is up. */
  async answered(count: number, milliseconds = 10_000): Promise<void> {
    const end = performance.now() + milliseconds;
    while (this.answers.whole < count && !this.isOver) {
      const left = end - performance.now();
      if (left <= 0) return;
      await this.#next(left);
    }
  }

  /** Waits until the connection stands, or is over. */
  async connects(milliseconds: number): Promise<void> {
    if (!this.#socket.connecting || this.isOver) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#socket.once("connect", done);
      this.#socket.once("close", done);
    });
  }

  /** Reads one piece (at most 64 kB) a second for a time. */
  async readsSlowly(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.isOver && performance.now() < end) {
      this.#socket.resume();
      await this.#next(1_000);
      this.#socket.pause();
      await sleep(1_000);
    }
  }

  /** Takes one byte a second for a time, of a socket that was opened with `reads: false`. */
  async readsBytes(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.isOver && performance.now() < end) {
      this.#socket.read(1);
      await sleep(1_000);
    }
  }

  /** Waits for the first byte of an answer, or the end. */
  async begun(milliseconds: number): Promise<void> {
    if (!this.isOver) await this.#next(milliseconds);
  }

  /** Waits until the server takes more bytes, or the time is up. */
  async drained(milliseconds: number): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.isOver) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const done = () => {
        clearTimeout(timer);
        this.#socket.off("drain", done).off("close", done);
        resolve();
      };
      this.#socket.once("drain", done);
      this.#socket.once("close", done);
    });
  }

  /**
   * Waits for the server to end the connection, and then to let go of it although this half is still open. Counts `left open`
   * or `still held` where it should have and has not.
   * @param owed milliseconds for which the server may wait for the client, or owe it an answer
   */
  async ends(owed: number): Promise<void> {
    // In pieces, so that a process that got no processor itself reads what has come before it judges.
    for (let waited = 0; !this.isOver && waited < owed + LATEST; waited += PIECE)
      await Promise.race([this.over, sleep(PIECE)]);
    const isKept = this.answers.whole > 0 && !this.answers.isClosing;
    if (!this.isOver && !isKept) this.#target.count("left open", () => this.#atTheServer());
    if (this.isOver && (await this.#isHeld())) this.#target.count("still held", () => this.#atTheServer());
    this.destroy();
  }

  /** The server's end of this connection, as the system knows it. */
  #atTheServer(): string {
    const { localPort, connecting } = this.#socket;
    if (connecting) return "it was never connected";
    const end = tcpSockets().find(
      (one) => one.localPort === this.#target.port && one.remotePort === localPort,
    );
    if (!end) return "the system knows no such connection at the server's end";
    const whose = end.inode === "0" ? "no process holds it" : "the server holds it";
    return `state ${end.state}, ${end.unread} bytes unread, ${whose}, ${this.answers.whole} answers whole`;
  }

  /** Whether the server still holds a socket that it has ended: then it takes what is sent there, otherwise it resets it. */
  async #isHeld(): Promise<boolean> {
    if (this.#socket.destroyed || this.#socket.writableEnded) return false;
    await sleep(LET_GO);
    // Node does not read on after an end, so it learns of the reset that the first write brings at the next one. On a busy machine
    // the server may be late; a socket that nobody owns stays for minutes.
    for (let writes = 0; writes < MOST_WRITES && !this.#socket.destroyed; writes += 1) {
      this.#socket.write("\r\n");
      await sleep(ROUND_TRIP);
    }
    return !this.#socket.destroyed;
  }

  halfClose(): void {
    this.#socket.end();
  }

  /** By a reset instead of an end. */
  reset(): void {
    this.#isOurs = true;
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#isOurs = true;
    this.#socket.destroy();
  }

  #next(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
