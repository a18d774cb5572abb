/** Many requests on one connection at once, and answers that are never read. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BadClient } from "../bad-client.ts";
import { bytesOf } from "../flood.ts";
import type { Target } from "../target.ts";

const BUNDLE = bytesOf({ path: "/docs/swagger-ui-bundle.js" });

/** Writes as much as the server takes, for a time, and reads nothing. */
async function neverReads(target: Target, request: string, most: number, seconds: number): Promise<void> {
  const socket = target.open({ reads: false });
  const end = performance.now() + seconds * 1_000;
  for (let sent = 0; sent < most && performance.now() < end && !socket.isOver; ) {
    const count = Math.min(50, most - sent);
    sent += count;
    target.report.requests += count;
    if (!socket.write(request.repeat(count))) await socket.drained(end - performance.now());
  }
  await sleep(Math.max(0, end - performance.now()));
  socket.destroy();
}

/** Sends all at once and reads the answers for a time. */
async function pipeline(target: Target, requests: string[], seconds: number): Promise<void> {
  const socket = target.open();
  target.report.requests += requests.length;
  socket.write(requests.join(""));
  await socket.answered(requests.length, seconds * 1_000);
  socket.destroy();
}

const times = <T>(count: number, one: (n: number) => T) => Array.from({ length: count }, (_, n) => one(n));

export const pipelining: BadClient[] = [
  {
    name: "300 files asked for, none read",
    does: "pipelines 300 GET /docs/swagger-ui-bundle.js (1.7 MB each) in 16 kB and never reads",
    must: [],
    may: [200],
    seconds: 20,
    isForFiles: true,
    attack: (target) => neverReads(target, BUNDLE, 300, 6),
  },
  {
    name: "60,000 files asked for, none read",
    does: "20 connections pipeline 3,000 GET /docs/swagger-ui-bundle.js each and never read",
    must: [],
    may: [200],
    seconds: 30,
    isForFiles: true,
    attack: async (target) =>
      void (await Promise.all(times(20, () => neverReads(target, BUNDLE, 3_000, 10)))),
  },
  {
    name: "150 connections, a file each, none read",
    does: "150 connections ask for the 1.7 MB file once each and never read",
    must: [],
    may: [200],
    seconds: 30,
    isForFiles: true,
    attack: async (target) => void (await Promise.all(times(150, () => neverReads(target, BUNDLE, 1, 5)))),
  },
  {
    name: "30,000 × /openapi.json",
    does: "pipelines 30,000 GET /openapi.json on one connection and reads the answers",
    must: [200],
    may: [],
    seconds: 30,
    attack: (target) =>
      pipeline(
        target,
        times(30_000, () => bytesOf({ path: "/openapi.json" })),
        10,
      ),
  },
  {
    name: "100,000 × /healthz",
    does: "10 connections pipeline 10,000 GET /healthz each",
    must: [200],
    may: [],
    seconds: 30,
    attack: async (target) =>
      void (await Promise.all(
        times(10, () =>
          pipeline(
            target,
            times(10_000, () => bytesOf({ path: "/healthz" })),
            8,
          ),
        ),
      )),
  },
  {
    name: "30,000 × /healthz, none read",
    does: "pipelines 30,000 GET /healthz and never reads",
    must: [],
    may: [200],
    seconds: 20,
    attack: (target) => neverReads(target, bytesOf({ path: "/healthz" }), 30_000, 8),
  },
  {
    name: "2,000 adds pipelined",
    does: "a session's own adds, 2,000 on each of 4 connections at once, of which the server takes the first few",
    must: [201],
    may: [200, 409, 429],
    seconds: 40,
    attack: async (target) => {
      const tokens = await target.sessions(4);
      await Promise.all(
        tokens.map((token) => {
          const add = (n: number) =>
            bytesOf({
              method: "POST",
              path: "/api/guest/cart/add",
              headers: { "X-Guest-Session": token },
              body: { menu_id: 1_000 + (n % 20) },
            });
          const choose = bytesOf({
            method: "POST",
            path: "/api/guest/session/store",
            headers: { "X-Guest-Session": token },
            body: { store_id: 4 },
          });
          return pipeline(target, [choose, ...times(2_000, add)], 20);
        }),
      );
    },
  },
];
