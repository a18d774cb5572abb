/** Many connections, each of which asks again as soon as it has its answer, for a time and up to a number. */
import type { Target } from "./target.ts";

export type Flood = {
  /** The n-th request's bytes, from 0. */
  request: (n: number) => string;
  connections?: number;
  seconds?: number;
  /** Requests in all. */
  most?: number;
  /** How many requests a connection sends before it waits for their answers. */
  pipelined?: number;
  /** Where the n-th connection comes from; otherwise all come from one address. */
  from?: (n: number) => string;
};

/** How long a flood waits for its last answers. */
const LAST_ANSWERS = 10_000;

export async function flood(
  target: Target,
  { request, connections = 64, seconds = 5, most = 100_000, pipelined = 1, from }: Flood,
): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  const address = target.address();
  let next = 0;
  const isTime = () => next < most && performance.now() < end;
  const ask = async (n: number) => {
    while (isTime()) {
      const socket = target.open({ from: from?.(n) ?? address });
      for (let expected = 0; isTime() && !socket.isOver && !socket.answers.isClosing; ) {
        const count = Math.min(pipelined, most - next);
        let bytes = "";
        for (let one = 0; one < count; one += 1) bytes += request(next++);
        expected += count;
        target.report.requests += count;
        socket.write(bytes);
        await socket.answered(expected, LAST_ANSWERS);
      }
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, n) => ask(n)));
}

type Call = { method?: string; path: string; headers?: Record<string, string>; body?: unknown };

/** The bytes of a well-formed request. */
export function bytesOf({ method = "GET", path, headers = {}, body }: Call): string {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const all = {
    Host: "siege.test",
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    // A string goes out in latin1, so that its length is its bytes'.
    ...(body === undefined ? {} : { "Content-Length": String(text.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text}`;
}
