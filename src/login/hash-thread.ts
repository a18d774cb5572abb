/**
 * What a thread of hash-threads.ts runs: hashes passwords, one after the other, with less of the processor's time than the threads that
 * answer requests. libuv's pool cannot do that: its threads also read files and look up the names of hosts.
 */
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";

/**
 * As `nice` counts it: where both want the same core, an event loop gets two thirds of it (man 7 sched). With 10 it would get nine
 * tenths, and 70 sign-ups at once would take over 20 s where other work keeps the cores busy.
 */
const NICENESS = 3;

/** A password to hash, or to compare with a hash. */
export type HashTask = { password: string; hash?: string | undefined };

function run({ password, hash }: HashTask): string | boolean {
  if (hash === undefined) {
    const salt = randomBytes(16).toString("hex");
    return `${salt}:${keyOf(password, salt).toString("hex")}`;
  }
  const [salt, key] = hash.split(":");
  if (!salt || !key) throw new Error("a stored password hash has not the form salt:key");
  const stored = Buffer.from(key, "hex");
  const derived = keyOf(password, salt);
  return stored.length === derived.length && timingSafeEqual(stored, derived);
}

/** better-auth 1.7's parameters: its hashes stay valid, and ours are valid to it. */
const SCRYPT = { N: 16_384, r: 16, p: 1 };
const KEY_BYTES = 64;
/** Twice what scrypt takes (RFC 7914, section 2: 128 * N * r bytes). */
const MOST_MEMORY = 2 * 128 * SCRYPT.N * SCRYPT.r;

function keyOf(password: string, salt: string): Buffer {
  return scryptSync(password.normalize("NFKC"), salt, KEY_BYTES, { ...SCRYPT, maxmem: MOST_MEMORY });
}

/** Of this thread alone. Linux takes a thread's number where others take a process's; elsewhere the priority stays as it is. */
function lowerPriority(): void {
  if (process.platform !== "linux") return;
  const thread = readlinkSync("/proc/thread-self").split("/").at(-1);
  setPriority(Number(thread), NICENESS);
}

lowerPriority();
parentPort?.on("message", (task: HashTask) => parentPort?.postMessage(run(task)));
