/** Hashes passwords in threads of their own, in better-auth's format: see hash-thread.ts. How many run at once is hash-queue.ts's task. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { HashTask } from "./hash-thread.ts";

/** The file beside this one: in a checkout TypeScript, in the package what was made of it. */
const FILE = new URL(import.meta.url.replace(/hash-threads\.(ts|js)$/, "hash-thread.$1"));

/** Threads that have nothing to do. They stay, because a new one takes some 30 ms, and keep no process from ending. */
const idle: Worker[] = [];

/** @returns salt and key, in hex */
export async function hashPassword(password: string): Promise<string> {
  return (await run({ password })) as string;
}

/** Whether the hash was made of this password. */
export async function verifyPassword(input: { hash: string; password: string }): Promise<boolean> {
  return (await run(input)) as boolean;
}

async function run(task: HashTask): Promise<unknown> {
  const thread = idle.pop() ?? new Worker(FILE);
  thread.ref();
  thread.postMessage(task);
  // A thread that throws has ended: `once` throws the same, and the next hash has a new one.
  const [answer] = await once(thread, "message");
  thread.unref();
  idle.push(thread);
  return answer;
}
