/** Clients that send or read as slowly as they can. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BadClient } from "../bad-client.ts";
import { bytesOf } from "../flood.ts";
import type { BadSocket, Target } from "../target.ts";

/** Longer than the server waits for a header block (10 s) or a body (20 s), and looks for who is late (2 s). */
const LATE_HEADER = 14_000;
const LATE_BODY = 25_000;

/** Sends the text a byte a second until the server ends the connection, which it has to within the time. */
async function drip(socket: BadSocket, text: string, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let at = 0; !socket.isOver && performance.now() < end; at += 1) {
    socket.write(text[at % text.length] as string);
    await Promise.race([socket.over, sleep(1_000)]);
  }
  await socket.ends(0);
}

async function many(target: Target, count: number, one: (socket: BadSocket) => Promise<void>): Promise<void> {
  target.report.requests += count;
  await Promise.all(Array.from({ length: count }, () => one(target.open())));
}

const POST = "POST /api/guest/session HTTP/1.1\r\nHost: siege.test\r\nContent-Type: application/json\r\n";

export const slow: BadClient[] = [
  {
    name: "slow header",
    does: "500 connections send their headers a byte a second",
    must: [408],
    may: [],
    seconds: 40,
    attack: (target) =>
      many(target, 500, (socket) => {
        socket.write("GET /healthz HTTP/1.1\r\nX-Slow: ");
        return drip(socket, "abcdefgh", LATE_HEADER);
      }),
  },
  {
    name: "slow body",
    does: "500 connections send a body a byte a second",
    must: [408],
    may: [],
    seconds: 50,
    attack: (target) =>
      many(target, 500, (socket) => {
        socket.write(`${POST}Content-Length: 10000\r\n\r\n`);
        return drip(socket, " ", LATE_BODY);
      }),
  },
  {
    name: "slow chunks",
    does: "500 connections send a chunked body a byte a second",
    must: [408],
    may: [],
    seconds: 50,
    attack: (target) =>
      many(target, 500, (socket) => {
        socket.write(`${POST}Transfer-Encoding: chunked\r\n\r\n`);
        return drip(socket, "1\r\n \r\n", LATE_BODY);
      }),
  },
  {
    name: "slow reading",
    does: "100 connections ask for the 1.7 MB file and read it a piece of 64 kB a second",
    must: [200],
    may: [],
    seconds: 40,
    isForFiles: true,
    attack: async (target) => {
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = target.open();
          target.report.requests += 1;
          socket.write(bytesOf({ path: "/docs/swagger-ui-bundle.js" }));
          await socket.readsSlowly(15_000);
          socket.destroy();
        }),
      );
    },
  },
  {
    name: "answers read a byte a second",
    does: "100 connections send 20 GET /openapi.json each and read a byte a second",
    must: [],
    may: [200],
    seconds: 40,
    isForFiles: true,
    attack: async (target) => {
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = target.open({ reads: false });
          target.report.requests += 20;
          socket.write(bytesOf({ path: "/openapi.json" }).repeat(20));
          await socket.readsBytes(15_000);
          socket.destroy();
        }),
      );
    },
  },
];
