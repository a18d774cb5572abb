/** Very many connections. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BadClient } from "../bad-client.ts";
import { inParallel } from "../cutting.ts";
import { bytesOf } from "../flood.ts";
import type { BadSocket, Target } from "../target.ts";

/** Opens so many, not all in one instant: the queue of the system's listening socket is not what is tried here. */
async function openMany(
  target: Target,
  count: number,
  greet: (socket: BadSocket) => void,
): Promise<BadSocket[]> {
  const sockets: BadSocket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = target.open();
    greet(socket);
    sockets.push(socket);
    if (n % 50 === 49) await sleep(20);
  }
  return sockets;
}

/**
 * For each millisecond. A process accepts some 5,000 a second, one in each turn of its event loop; of more than that the system makes a
 * queue, which every new client waits in. That load is a proxy's to limit (docs/security.md).
 */
const NEW_CONNECTIONS = 2.5;

export const connections: BadClient[] = [
  {
    name: "2,500 idle connections",
    does: "2,500 connections from 250 addresses that never send a byte",
    must: [],
    may: [408],
    seconds: 50,
    attack: async (target) => {
      const sockets = await openMany(target, 2_500, () => {});
      await Promise.all(sockets.map((socket) => socket.ends(12_000)));
    },
  },
  {
    name: "2,500 kept-alive connections",
    does: "2,500 connections from 250 addresses that ask once and then stay for 8 s",
    must: [200],
    may: [],
    seconds: 40,
    attack: async (target) => {
      const request = bytesOf({ path: "/healthz" });
      const sockets = await openMany(target, 2_500, (socket) => {
        target.report.requests += 1;
        socket.write(request);
      });
      await sleep(8_000);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: "connections that come and go",
    does: "15,000 connections, 2,500 a second, that are ended at once: a third by a reset, a third by an end, a third after a request",
    must: [],
    may: [200],
    seconds: 40,
    attack: (target) => {
      const request = bytesOf({ path: "/healthz" });
      const end = performance.now() + 8_000;
      let due = performance.now();
      const work = Array.from({ length: 15_000 }, (_, n) => async () => {
        const now = performance.now();
        if (now > end) return;
        // What a stalled attacker has missed it does not make up for at once.
        due = Math.max(due + 1 / NEW_CONNECTIONS, now - 20);
        if (due > now) await sleep(due - now);
        const socket = target.open();
        if (n % 3 === 2) {
          target.report.requests += 1;
          socket.write(request);
        }
        await socket.connects(1_000);
        if (n % 3 === 0) socket.reset();
        else socket.destroy();
      });
      return inParallel(work, 100);
    },
  },
  {
    name: "half-closed connections",
    does: "200 connections that ask for the 1.7 MB file, close their half at once and never read",
    must: [],
    may: [200],
    seconds: 40,
    isForFiles: true,
    attack: async (target) => {
      const request = bytesOf({ path: "/docs/swagger-ui-bundle.js" });
      const sockets: BadSocket[] = [];
      for (let n = 0; n < 200; n += 1) {
        const socket = target.open({ reads: false });
        target.report.requests += 1;
        socket.write(request);
        socket.halfClose();
        sockets.push(socket);
        if (n % 50 === 49) await sleep(20);
      }
      await sleep(5_000);
      for (const socket of sockets) socket.destroy();
    },
  },
];
