/** What the server's processes hold, as Linux tells it: memory, descriptors by kind, bytes read. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { NETWORKS } from "./target.ts";
import { tcpSockets } from "./tcp-table.ts";

/** Descriptors of all processes of the server. */
export type Descriptors = {
  /** Connections of the bad clients. */
  attackers: number;
  /** TCP sockets that no longer stand for a connection, but are still held. */
  dead: number;
  /** Connections of the shoppers and of who asks /healthz. */
  shoppers: number;
  /** Connections to PostgreSQL and Redis. */
  database: number;
  /** All others but the embedded database's own files: listening sockets, pipes, files. */
  other: number;
};

/** All processes of the server, the first that is given first. */
export function processesOf(root: number): number[] {
  const pids = [root];
  // Workers are started by the main thread.
  for (const pid of pids)
    pids.push(...read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number));
  return pids;
}

const PAGE = Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }));

/** Resident memory in MiB; 0 where it has ended. */
export function memoryOf(pid: number): number {
  return (Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0) * PAGE) / 2 ** 20;
}

/** MiB that the processes have read so far, from files as from sockets. */
export function readBy(pids: number[]): number {
  return (
    pids.reduce((sum, pid) => sum + Number(/rchar: (\d+)/.exec(read(`/proc/${pid}/io`))?.[1] ?? 0), 0) /
    2 ** 20
  );
}

/** @param port the server's own @param dataFolder of the embedded database, whose files come and go with its tables */
export function descriptorsOf(pids: number[], port: number, dataFolder: string | undefined): Descriptors {
  const found: Descriptors = { attackers: 0, dead: 0, shoppers: 0, database: 0, other: 0 };
  const kindOf = kindsOfSockets(port);
  for (const pid of pids) {
    for (const name of list(`/proc/${pid}/fd`)) {
      const target = link(`/proc/${pid}/fd/${name}`);
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      if (inode !== undefined) found[kindOf(inode)] += 1;
      else if (target !== "" && !(dataFolder && target.startsWith(dataFolder))) found.other += 1;
    }
  }
  return found;
}

function kindsOfSockets(port: number): (inode: string) => keyof Descriptors {
  const kinds = new Map<string, keyof Descriptors>();
  for (const { inode, state, localPort, remoteNetwork } of tcpSockets()) {
    const isGood = remoteNetwork === NETWORKS.shoppers || remoteNetwork === NETWORKS.watcher;
    if (state === "0A") kinds.set(inode, "other");
    else kinds.set(inode, localPort !== port ? "database" : isGood ? "shoppers" : "attackers");
  }
  const others = new Set(
    read("/proc/net/unix")
      .split("\n")
      .map((line) => line.trim().split(/\s+/)[6]),
  );
  return (inode) => kinds.get(inode) ?? (others.has(inode) ? "other" : "dead");
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}
