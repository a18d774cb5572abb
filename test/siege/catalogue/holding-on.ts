/** Clients that hold on to their connections while the server is told to end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BadClient } from "../bad-client.ts";
import { bytesOf } from "../flood.ts";

/** Runs when the siege of a shape ends, not in turn with the others. */
export const holdingOn: BadClient = {
  name: "SIGTERM with clients that hold on",
  does: "holds 10 connections each of CONNECT, Upgrade, half a header, half a body, silence, a file that it does not read, and pipelined requests, while the server is told to end",
  must: [],
  may: [200, 400, 401, 408, 503],
  seconds: 40,
  attack: async (target) => {
    const messages = [
      "CONNECT a:1 HTTP/1.1\r\nHost: siege.test\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: siege.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: sie",
      "POST /api/guest/cart/add HTTP/1.1\r\nHost: siege.test\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
      "",
      bytesOf({ path: "/docs/swagger-ui-bundle.js" }),
      bytesOf({ path: "/healthz" }).repeat(100),
    ];
    for (const message of messages) {
      for (let n = 0; n < 10; n += 1) {
        target.report.requests += 1;
        target.open({ reads: false }).write(message);
      }
    }
    await sleep(30_000);
  },
};
