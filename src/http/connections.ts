/** All connections of a server, and what they may hold together. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { networkOf } from "./client.ts";
import { Connection, type Others } from "./connection.ts";
import { Turns } from "./turns.ts";

/** So many connections of one process. Each costs some 15 kB, so all of them some 60 MB. */
export const MOST_CONNECTIONS = 4_096;
/** When there are too many, one of so many is closed: to find the ones to close, all have to be looked at. */
const CLOSED_OF = 64;
/** A client with so many connections or fewer counts like any other. */
const FEW = 8;

/** What clients have not read yet, and requests that wait, of all connections of a process together. Bytes. */
const MOST_HELD = 64 * 1_024 * 1_024;

/** Why a connection was closed: there were too many of them, or the clients had left too much unread. */
export type ClosedFor = "too_many" | "unread";

export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #most: number;
  readonly #onClosed: (reason: ClosedFor) => void;
  readonly #others: Others;
  #held = 0;

  /**
   * @param most how many connections the process has descriptors for
   * @param keyOf tells whose request it is
   * @param onClosed is told of each connection that is closed for the sake of the others
   */
  constructor(
    most: number,
    keyOf: (incoming: IncomingMessage) => string | undefined,
    onClosed: (reason: ClosedFor) => void,
  ) {
    this.#most = Math.min(MOST_CONNECTIONS, most);
    this.#onClosed = onClosed;
    const turns = new Turns();
    this.#others = {
      hold: (connection, bytes) => this.#hold(connection, bytes),
      inTurn: (incoming, begin) => turns.ask(keyOf(incoming) ?? "", begin),
      ended: ({ incoming, outgoing }) => {
        turns.answered(keyOf(incoming) ?? "", outgoing.statusCode >= 400);
      },
    };
  }

  /** Takes a socket that a client has opened, and owns it until it is closed. */
  add(socket: Socket): void {
    if (this.#all.size >= this.#most) this.#makeRoom();
    const connection = new Connection(socket, this.#others);
    this.#all.set(socket, connection);
    socket.once("close", () => {
      this.#hold(connection, 0);
      this.#all.delete(socket);
    });
  }

  /** The connection of a socket that was added. */
  of(socket: Socket): Connection {
    return this.#all.get(socket) as Connection;
  }

  /** Closes each connection whose client waits for nothing. */
  closeUnused(): void {
    for (const connection of this.#all.values()) connection.closeIfUnused();
  }

  destroyAll(): void {
    for (const connection of this.#all.values()) connection.destroy();
  }

  /** Notes how much a connection holds. While all of them hold too much, the one that holds most is closed. */
  #hold(connection: Connection, bytes: number): void {
    // A socket that is destroyed has no memory left; its last events may still come.
    const now = connection.socket.destroyed ? 0 : bytes;
    this.#held += now - connection.held;
    connection.held = now;
    while (this.#held > MOST_HELD)
      this.#close(
        most([...this.#all.values()], ({ held }) => held),
        "unread",
      );
  }

  /**
   * Closes connections of the clients that have most of them, and among these the ones that wait for no response first, the longest
   * idle before. Clients with few connections count as equal: a browser has up to six, and many addresses may be one attacker.
   */
  #makeRoom(): void {
    const clients = Map.groupBy(this.#all.values(), ({ socket }) => networkOf(socket.remoteAddress));
    const order = [...clients.values()]
      .flatMap((ofOne) => ofOne.map((connection) => ({ connection, size: Math.max(FEW, ofOne.length) })))
      .sort(
        (a, b) =>
          b.size - a.size ||
          Number(b.connection.isIdle) - Number(a.connection.isIdle) ||
          a.connection.activeAt - b.connection.activeAt,
      );
    const count = Math.ceil(this.#most / CLOSED_OF);
    for (const { connection } of order.slice(0, count)) this.#close(connection, "too_many");
  }

  #close(connection: Connection, reason: ClosedFor): void {
    this.#held -= connection.held;
    connection.held = 0;
    this.#all.delete(connection.socket);
    connection.destroy();
    this.#onClosed(reason);
  }
}

/** @param all at least one */
function most<T>(all: T[], figureOf: (one: T) => number): T {
  return all.reduce((best, one) => (figureOf(one) > figureOf(best) ? one : best));
}
