/** Floods by token and by address: what they are counted by is made up anew with every request. */
import { randomBytes } from "node:crypto";
import type { BadClient } from "../bad-client.ts";
import { bytesOf, flood } from "../flood.ts";

const madeUpToken = () => randomBytes(48).toString("base64url");
/** Of the whole Internet, so that no two share a network of 16 bits for long. */
const madeUpAddress = () => [...randomBytes(4)].map((byte) => Math.max(1, byte % 224)).join(".");
const madeUpNetwork = () =>
  `2${randomBytes(1).toString("hex").slice(0, 1)}01:${randomBytes(6)
    .toString("hex")
    .replace(/(....)(?=.)/g, "$1:")}::1`;

const change = (headers: Record<string, string>) =>
  bytesOf({ method: "POST", path: "/api/guest/cart/add", headers, body: { menu_id: 10 } });
const read = (headers: Record<string, string>) => bytesOf({ path: "/api/guest/cart", headers });
const start = (headers: Record<string, string>) =>
  bytesOf({ method: "POST", path: "/api/guest/session", headers, body: { transport: "header" } });

export const guessing: BadClient[] = [
  {
    name: "changes with made-up tokens",
    does: "200,000 adds with made-up tokens from one address, 16 at once on each of 32 connections",
    must: [429],
    may: [401],
    seconds: 80,
    leavesNothing: true,
    attack: (target) =>
      flood(target, {
        request: () => change({ "X-Guest-Session": madeUpToken() }),
        connections: 32,
        pipelined: 16,
        seconds: 50,
        most: 200_000,
      }),
  },
  {
    name: "reads with made-up tokens",
    does: "50,000 cart reads with made-up tokens from one address",
    must: [401, 429],
    may: [],
    seconds: 60,
    attack: (target) =>
      flood(target, { request: () => read({ "X-Guest-Session": madeUpToken() }), seconds: 25, most: 50_000 }),
  },
  {
    name: "made-up tokens in cookies",
    does: "30,000 session starts, each with a made-up cookie, from one address",
    must: [201, 429],
    may: [],
    seconds: 60,
    attack: (target) =>
      flood(target, {
        request: () => start({ Cookie: `guest_session_id=${madeUpToken()}` }),
        seconds: 25,
        most: 30_000,
      }),
  },
  {
    name: "made-up addresses, believed",
    does: "150,000 cart reads with made-up tokens from behind a trusted proxy, each with another X-Forwarded-For, IPv4 and IPv6",
    must: [401],
    may: [429, 503],
    seconds: 60,
    attack: (target) =>
      flood(target, {
        request: (n) =>
          read({
            "X-Guest-Session": madeUpToken(),
            "X-Forwarded-For": n % 2 ? madeUpAddress() : madeUpNetwork(),
          }),
        from: () => target.proxy(),
        connections: 64,
        pipelined: 8,
        seconds: 25,
        most: 150_000,
      }),
  },
  {
    name: "made-up addresses, not believed",
    does: "30,000 cart reads with made-up tokens, each with another X-Forwarded-For, from no proxy",
    must: [401, 429],
    may: [],
    seconds: 60,
    attack: (target) =>
      flood(target, {
        request: () => read({ "X-Guest-Session": madeUpToken(), "X-Forwarded-For": madeUpAddress() }),
        seconds: 25,
        most: 30_000,
      }),
  },
  {
    name: "session starts from made-up addresses",
    does: "20,000 session starts from behind a trusted proxy, each with another X-Forwarded-For",
    must: [201],
    may: [429, 503],
    seconds: 60,
    attack: (target) =>
      flood(target, {
        request: () => start({ "X-Forwarded-For": madeUpAddress() }),
        from: () => target.proxy(),
        seconds: 6,
        most: 20_000,
      }),
  },
  {
    name: "changes of one live session",
    does: "20,000 adds of one live session on 32 connections",
    must: [201, 429],
    may: [200, 409],
    seconds: 60,
    attack: async (target) => {
      const [token = ""] = await target.sessions(1);
      const headers = { "X-Guest-Session": token };
      await target.ask({
        method: "POST",
        path: "/api/guest/session/store",
        headers,
        body: { store_id: 1 },
      });
      await flood(target, {
        request: () => change(headers),
        connections: 32,
        pipelined: 8,
        seconds: 6,
        most: 20_000,
      });
    },
  },
  {
    name: "changes of 5 live sessions",
    // Five, because while shoppers have the first turn, the embedded database answers such a client some 100 adds a second.
    does: "adds of 5 live sessions for 25 s, each within its own limit at first",
    must: [201, 429],
    may: [200, 409, 503],
    seconds: 60,
    attack: async (target) => {
      const tokens = await target.sessions(5);
      for (const token of tokens)
        await target.ask({
          method: "POST",
          path: "/api/guest/session/store",
          headers: { "X-Guest-Session": token },
          body: { store_id: 1 },
        });
      await flood(target, {
        request: (n) => change({ "X-Guest-Session": tokens[n % tokens.length] as string }),
        connections: 32,
        seconds: 25,
      });
    },
  },
];
