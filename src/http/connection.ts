/**
 * One client's connection. It handles one request at a time, in the order in which the requests came, and it owns the socket until
 * the socket is closed: also a socket that Node's HTTP server has let go of (CONNECT, a parser's error).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { malformedBytes } from "./malformed.ts";

/** One request and its response, and how the response is made. */
export type Exchange = {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  respond: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
};

/**
 * The requests that may wait behind the one that is being handled. Browsers and proxies do not pipeline. A client that sends more
 * gets the responses to these and `Connection: close`; it may send the others again (RFC 9112, 9.3.2).
 */
const MOST_WAITING = 32;

/** What Node keeps for a request that waits: its two objects and its headers. Bytes, measured with 60,000 small requests. */
const BYTES_OF_A_REQUEST = 4_096;

/** How long the server still reads from a socket after its last response to it, and then destroys it. Milliseconds. */
const LINGER = 1_000;
/** How much it reads and forgets in that time. Each read takes new memory, which stays until the next garbage collection. Bytes. */
const MOST_FORGOTTEN = 256 * 1_024;

export class Connection {
  readonly socket: Socket;
  /** When the client last did something: `performance.now()`. */
  activeAt = performance.now();
  /** The bytes of memory that this connection holds: of responses that the client has not read yet, and of requests that wait. */
  held = 0;
  readonly #onHeld: (connection: Connection, bytes: number) => void;
  readonly #waiting: Exchange[] = [];
  #current: Exchange | undefined;
  /** The connection takes no further request. */
  #isClosing = false;
  #ignored = 0;
  /** The status of a parser's error, which is answered after the requests before it. */
  #failure: number | undefined;
  #isLingering = false;
  /** The bytes that had come from the client when it last waited for no response. */
  #handledBytes = 0;

  /** @param onHeld is told how many bytes the connection holds, whenever that changes */
  constructor(socket: Socket, onHeld: (connection: Connection, bytes: number) => void) {
    this.socket = socket;
    this.#onHeld = onHeld;
    // Node takes its own listener away when it lets go of a socket, and an error without a listener ends the process.
    socket.on("error", () => {});
    socket.on("end", () => this.#limitHalfClosed());
    // Node reads on at the end of each request, also from a socket that is paused.
    const resume = socket.resume.bind(socket);
    socket.resume = () => (this.#mayRead ? resume() : socket);
    // Node calls this after a last response. It would destroy the socket at once, and the reset that the system then sends can
    // reach the client before the response does (RFC 9112, 9.6).
    socket.destroySoon = () => this.#linger();
  }

  /** The client waits for no response; the system has taken all of the last one. */
  get isIdle(): boolean {
    return this.#current === undefined;
  }

  /** Closes the connection if it is idle and no part of a next request has come. */
  closeIfUnused(): void {
    if (this.isIdle && this.socket.bytesRead === this.#handledBytes) this.#linger();
  }

  /** Handles a request, after those that came before it. */
  take(exchange: Exchange): void {
    this.activeAt = performance.now();
    if (this.#isClosing) {
      this.#ignored += 1;
    } else if (this.#current === undefined) {
      this.#begin(exchange);
      return;
    } else {
      // The bytes that Node has read already are still parsed; no more are read until the requests in them are answered.
      this.#waiting.push(exchange);
      if (this.#waiting.length === MOST_WAITING) {
        exchange.outgoing.setHeader("Connection", "close");
        this.#isClosing = true;
      }
    }
    this.socket.pause();
    this.#weigh();
  }

  /** Answers what is no request with a problem document, after the requests that came before it, and closes the connection. */
  fail(status: number): void {
    if (this.#failure !== undefined || this.#isLingering) return;
    this.#isClosing = true;
    this.#failure = status;
    const current = this.#current;
    if (current === undefined) {
      this.#refuse(status);
    } else if (!current.incoming.complete && !current.outgoing.headersSent) {
      // The error is in the body of the current request, so it is the answer to this request.
      current.outgoing.detachSocket(this.socket);
      this.#current = undefined;
      this.#refuse(status);
    }
  }

  destroy(): void {
    this.socket.destroy();
  }

  #begin(exchange: Exchange): void {
    this.#current = exchange;
    const { incoming, outgoing } = exchange;
    outgoing.once("prefinish", () => {
      this.#weigh();
      if (this.socket.readableEnded) this.#limitHalfClosed();
    });
    // The system has taken the whole response.
    outgoing.once("finish", () => this.#next());
    exchange.respond(incoming, outgoing).catch(() => this.destroy());
  }

  #next(): void {
    this.activeAt = performance.now();
    this.#current = undefined;
    this.#handledBytes = this.socket.bytesRead;
    const next = this.#waiting.shift();
    this.#weigh();
    if (next) this.#begin(next);
    else if (this.#failure !== undefined) this.#refuse(this.#failure);
    if (this.socket.isPaused()) this.socket.resume();
  }

  /** Whether more bytes are read: not while a request waits behind the current one, and of a closing connection only the current body. */
  get #mayRead(): boolean {
    if (this.#isLingering || this.#current === undefined) return true;
    return this.#waiting.length === 0 && !(this.#isClosing && this.#current.incoming.complete);
  }

  #refuse(status: number): void {
    const { socket } = this;
    const write = (bytes: string) => socket.writable && socket.write(bytes);
    malformedBytes(status)
      .then(write)
      .then(() => this.#linger())
      .catch(() => this.destroy());
  }

  /** Ends the sending half, reads and forgets what the client still sends, and destroys the socket when the time is over. */
  #linger(): void {
    if (this.#isLingering) return;
    this.#isLingering = true;
    this.#isClosing = true;
    const { socket } = this;
    socket.removeAllListeners("data");
    let forgotten = 0;
    socket.on("data", (chunk) => {
      forgotten += chunk.length;
      if (forgotten > MOST_FORGOTTEN) socket.pause();
    });
    socket.resume();
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER).unref();
    socket.once("close", () => clearTimeout(timer));
  }

  /**
   * A client that has ended its own half gets the responses that it waits for. When the last of them is written, it has a second to
   * read on: the timer of a socket begins anew whenever the system takes some bytes.
   */
  #limitHalfClosed(): void {
    if (this.#waiting.length > 0) return;
    if (this.#current === undefined || this.#current.outgoing.writableEnded) this.socket.setTimeout(LINGER);
  }

  #weigh(): void {
    const requests = this.#waiting.length + this.#ignored;
    const bytes = this.socket.writableLength + requests * BYTES_OF_A_REQUEST;
    if (bytes !== this.held) this.#onHeld(this, bytes);
  }
}
