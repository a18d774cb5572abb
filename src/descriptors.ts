/**
 * File descriptors: each connection takes one. Where a process has none left, Node closes new connections and says nothing
 * (libuv, uv__emfile_trick), and a worker of node:cluster that cannot take a connection never gets another one (Node 24.21).
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Server } from "node:net";
import type { Logger } from "./logger.ts";

/** What a process needs besides its clients: 12 connections to PostgreSQL, Redis, the log, files, 25 of Node's own. */
const RESERVE = 64;
const LEAST_FOR_CLIENTS = 16;
/** The share of the connections for clients up to which idle ones stay open. */
const ROOM_FOR_IDLE = 0.9;
/** Between two looks; one takes some 10 µs. Milliseconds. */
const EVERY = 1_000;
/** While it lasts, the log says so once in this time. Milliseconds. */
const SAY_AGAIN = 60_000;

let refused = 0;
let idleClosed = 0;
let shortages = 0;
/** In how many seconds this process has had too few descriptors, for itself or for all its clients. */
export const descriptorShortages = (): number => shortages;

/**
 * Closes connections that would take the last descriptors, so that those that are there are still answered.
 * @returns how many connections may stay open although they are idle; Infinity where the system does not tell
 */
export function keepDescriptors(server: Server & { dropMaxConnection?: boolean }): number {
  const limit = openFilesLimit();
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  server.maxConnections = Math.max(LEAST_FOR_CLIENTS, limit - RESERVE);
  // Otherwise a worker that is full hands the connection back, and the processes pass it around without end.
  server.dropMaxConnection = true;
  server.on("drop", () => {
    refused += 1;
  });
  // The server closes idle connections before it is full, so that a new client still finds room.
  return Math.floor(server.maxConnections * ROOM_FOR_IDLE);
}

/** Notes a connection that was closed to keep room for new ones, because this process has few descriptors. */
export function countIdleClosed(): void {
  idleClosed += 1;
}

/**
 * Looks each second whether this process has run out of descriptors, and says so at `error` once a minute.
 * @returns a function that ends this
 */
export function watchDescriptors(logger: Logger): () => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    const code = refused > 0 ? "EMFILE" : (shortage() ?? (idleClosed > 0 ? "EMFILE" : undefined));
    const connections_closed = refused + idleClosed;
    const isFull = refused > 0 || idleClosed === 0;
    refused = 0;
    idleClosed = 0;
    if (code === undefined) return;
    shortages += 1;
    if (performance.now() - saidAt < SAY_AGAIN) return;
    saidAt = performance.now();
    const text =
      code === "ENFILE"
        ? "the machine has no file descriptor left: raise fs.file-max"
        : `this process has ${isFull ? "no file descriptor left for further connections and closes them" : "few file descriptors left and closes idle connections for new ones"}: raise its limit (ulimit -n; LimitNOFILE= in systemd)`;
    logger.error({ code, limit: openFilesLimit(), connections_closed }, text);
  };
  const timer = setInterval(look, EVERY).unref();
  return () => clearInterval(timer);
}

/** Takes a descriptor and gives it back. */
function shortage(): "EMFILE" | "ENFILE" | undefined {
  try {
    closeSync(openSync("/dev/null", "r"));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EMFILE" || code === "ENFILE" ? code : undefined;
  }
}

let limit: number | undefined;

/** Read once, because this takes a descriptor itself; where the system does not tell, undefined. */
function openFilesLimit(): number | undefined {
  try {
    const file = limit === undefined ? readFileSync("/proc/self/limits", "utf8") : "";
    limit ??= Number(/^Max open files\s+(\d+)/m.exec(file)?.[1]) || undefined;
  } catch {
    return undefined;
  }
  return limit;
}
