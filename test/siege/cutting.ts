/** A message that is cut at one of five stages, in one of three ways, and the same for many messages. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target.ts";

export type Message = { line: string; headers: string; body: string; isHead?: boolean };
export const STAGES = ["request line", "headers", "body", "sent", "answer"] as const;
export const CUTS = ["reset", "half-close", "silence"] as const;
type Stage = (typeof STAGES)[number];
type Cut = (typeof CUTS)[number];

/** Milliseconds. RELIABILITY: a header block has 10 s, a body 20 s; the server looks every two seconds for who is late. */
const LONGEST_SILENCE = 22_000;

function bytesUntil({ line, headers, body }: Message, stage: Stage): string {
  const half = (text: string) => text.slice(0, Math.ceil(text.length / 2));
  if (stage === "request line") return half(line);
  if (stage === "headers") return line + half(headers);
  return line + headers + (stage === "body" ? half(body) : body);
}

/** Sends the message on a connection of its own as far as the stage, and cuts it. */
async function cut(target: Target, message: Message, stage: Stage, how: Cut, delay: number): Promise<void> {
  const socket = target.open({ isHead: message.isHead ?? false });
  target.report.requests += 1;
  socket.write(bytesUntil(message, stage));
  if (stage === "answer") await socket.begun(2_000);
  else await sleep(delay);
  if (how === "reset") socket.reset();
  else if (how === "half-close") {
    socket.halfClose();
    await socket.ends(0);
  } else await socket.ends(LONGEST_SILENCE);
}

/** All messages at all stages, in one way, at most `atOnce` connections at once. */
export async function cutAll(target: Target, messages: Message[], how: Cut): Promise<void> {
  const delays = how === "reset" ? [0, 20, 150] : [20];
  const work = messages.flatMap((message) =>
    STAGES.flatMap((stage) => delays.map((delay) => () => cut(target, message, stage, how, delay))),
  );
  // Those that wait for the server have to be there together, or they would take hours.
  await inParallel(work, how === "reset" ? 100 : work.length);
}

/** Runs the work in order, `atOnce` at a time. */
export async function inParallel(work: (() => Promise<void>)[], atOnce: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let one = work[next++]; one; one = work[next++]) await one();
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, work.length) }, lane));
}
