/**
 * One client's connection. It handles one request at a time, in the order in which the requests came, and it owns the socket until
 * the socket is closed: also a socket that Node's HTTP server has let go of (CONNECT, a parser's error).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { malformedBytes } from "./malformed.ts";

/** What a connection asks of those who know all of them. */
export type Others = {
  /** Is told how many bytes the connection holds, whenever that changes. */
  hold(connection: Connection, bytes: number): void;
  /** Calls `begin` when it is the turn of this request's client. @returns where it waits: what to call when it is not to begin any more */
  inTurn(incoming: IncomingMessage, begin: () => void): (() => void) | undefined;
  /** Is told of each response that the client has taken. */
  ended(exchange: Exchange): void;
};

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
/** How much it reads and forgets in that time: one read. Each takes new memory, which stays until the next garbage collection. Bytes. */
const MOST_FORGOTTEN = 64 * 1_024;

export class Connection {
  readonly socket: Socket;
  /** When the client last did something: `performance.now()`. */
  activeAt = performance.now();
  /** The bytes of memory that this connection holds: of responses that the client has not read yet, and of requests that wait. */
  held = 0;
  readonly #others: Others;
  readonly #waiting: Exchange[] = [];
  #current: Exchange | undefined;
  /** The first of the waiting requests has asked for its turn. */
  #isInLine = false;
  #leaveLine: (() => void) | undefined;
  /** The connection takes no further request. */
  #isClosing = false;
  #ignored = 0;
  /** The status of a parser's error, which is answered after the requests before it. */
  #failure: number | undefined;
  #isLingering = false;
  /** The bytes that had come from the client when it last waited for no response. */
  #handledBytes = 0;

  constructor(socket: Socket, others: Others) {
    this.socket = socket;
    this.#others = others;
    // Node takes its own listener away when it lets go of a socket, and an error without a listener ends the process.
    socket.on("error", () => {});
    socket.on("end", () => this.#limitHalfClosed());
    socket.on("close", () => this.#leaveLine?.());
    // Node reads on at the end of each request, also from a socket that is paused.
    const resume = socket.resume.bind(socket);
    socket.resume = () => (this.#mayRead ? resume() : socket);
    // Node calls this after a last response. It would destroy the socket at once, and the reset that the system then sends can
    // reach the client before the response does (RFC 9112, 9.6).
    socket.destroySoon = () => this.#linger();
  }

  /** The client waits for no response; the system has taken all of the last one. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
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
    } else {
      this.#waiting.push(exchange);
      if (this.#waiting.length + (this.#current ? 1 : 0) > MOST_WAITING) {
        exchange.outgoing.setHeader("Connection", "close");
        this.#isClosing = true;
        stopParsing(this.socket);
      }
      this.#getInLine();
      if (this.#waiting.length === 0) return;
    }
    // The bytes that Node has read already are still parsed; no more are read until the requests in them are answered.
    this.socket.pause();
    this.#weigh();
  }

  /** Answers what is no request with a problem document, after the requests that came before it, and closes the connection. */
  fail(status: number): void {
    if (this.#failure !== undefined || this.#isLingering) return;
    this.#isClosing = true;
    this.#failure = status;
    // Where the error is in a request's body, it is the answer to this request.
    if (isCut(this.#current) && !this.#current.outgoing.headersSent) {
      this.#current.outgoing.detachSocket(this.socket);
      this.#current = undefined;
    } else if (isCut(this.#waiting.at(-1))) {
      this.#waiting.pop();
    }
    if (this.isIdle) this.#refuse(status);
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** The next request asks for its turn, as soon as no other one is handled. */
  #getInLine(): void {
    const [next] = this.#waiting;
    if (this.#current !== undefined || this.#isInLine || next === undefined) return;
    this.#isInLine = true;
    this.#leaveLine = this.#others.inTurn(next.incoming, () => {
      this.#isInLine = false;
      this.#leaveLine = undefined;
      const begun = this.#waiting.shift();
      if (begun === undefined || this.socket.destroyed) return;
      this.#begin(begun);
      this.#weigh();
      if (this.socket.isPaused()) this.socket.resume();
    });
  }

  #begin(exchange: Exchange): void {
    this.#current = exchange;
    const { incoming, outgoing } = exchange;
    // No call takes so much. Node would read and forget all of it, to read the next request behind it.
    if (Number(incoming.headers["content-length"]) > MOST_FORGOTTEN) {
      outgoing.setHeader("Connection", "close");
      this.#isClosing = true;
    }
    outgoing.once("prefinish", () => {
      this.#weigh();
      if (this.socket.readableEnded) this.#limitHalfClosed();
    });
    // The system has taken the whole response.
    outgoing.once("finish", () => this.#end(exchange));
    exchange.respond(incoming, outgoing).catch(() => this.destroy());
  }

  #end(exchange: Exchange): void {
    this.activeAt = performance.now();
    this.#others.ended(exchange);
    this.#current = undefined;
    this.#handledBytes = this.socket.bytesRead;
    this.#weigh();
    if (this.#isLingering) return;
    if (this.#waiting.length > 0) this.#getInLine();
    else if (this.#failure !== undefined) this.#refuse(this.#failure);
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /** Whether more bytes are read: not while a request waits behind the current one, and of a closing connection only the current body. */
  get #mayRead(): boolean {
    if (this.#isLingering) return true;
    return this.#waiting.length === 0 && !(this.#isClosing && this.#current?.incoming.complete);
  }

  #refuse(status: number): void {
    if (this.socket.writable) this.socket.write(malformedBytes(status));
    this.#linger();
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
    if (bytes !== this.held) this.#others.hold(this, bytes);
  }
}

/**
 * Leaves the requests unread that follow in the bytes which Node has read already: each would cost 11 µs, and 64 kB are 1,400 of them.
 * The parser stops where this function of Node's answers 2, as it does for a protocol that follows (llhttp, "on_headers_complete").
 * Where a later Node has no such function, it parses on, and what follows is ignored.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as { parser?: { onIncoming?: unknown } | null };
  if (!parser || !("onIncoming" in parser)) return;
  parser.onIncoming = (incoming: { upgrade: boolean }) => {
    // Node would let go of a socket whose request asks for an upgrade, and destroy it before the responses are sent.
    incoming.upgrade = false;
    socket.pause();
    return 2;
  };
}

/** Not all of its body has come. */
function isCut(exchange: Exchange | undefined): exchange is Exchange {
  return exchange !== undefined && !exchange.incoming.complete;
}
