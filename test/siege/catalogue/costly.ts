/** Floods of every call that costs the server more than a millisecond. */
import { randomBytes } from "node:crypto";
import type { BadClient } from "../bad-client.ts";
import { bytesOf, flood } from "../flood.ts";
import type { Target } from "../target.ts";

const unique = () => randomBytes(8).toString("hex");
const PASSWORD = "a long unusual password";
const signUp = (email = `${unique()}@siege.test`) => ({
  method: "POST",
  path: "/api/auth/sign-up/email",
  body: { name: "Siege", email, password: PASSWORD },
});
const signIn = (email: string, password = PASSWORD) => ({
  method: "POST",
  path: "/api/auth/sign-in/email",
  body: { email, password },
});

/** So many calls of one kind at once, each from an address of its own where it is told so. */
async function atOnce(
  target: Target,
  count: number,
  call: () => Parameters<Target["ask"]>[0],
  from?: string,
) {
  await Promise.all(Array.from({ length: count }, () => target.ask(call(), from ?? target.address())));
}

/** The store that the shape has made of 5,200 dishes, and a word that all of 10,000 stores have in their names. */
export const LARGE_STORE = 20_000;
export const COMMON_WORD = "branch";

/** A flood of one public call from one address, which nothing but the limits of reads holds. */
function ofReads(name: string, path: (n: number) => string, options: Partial<BadClient> = {}): BadClient {
  return {
    name,
    does: `asks for ${path(0)} on 64 connections for 5 s, from one address`,
    must: [200],
    may: [],
    seconds: 30,
    attack: (target) => flood(target, { request: (n) => bytesOf({ path: path(n) }) }),
    ...options,
  };
}

export const costly: BadClient[] = [
  {
    name: "sign-ups from one address",
    does: "200 sign-ups at once from one address, then 200 more",
    must: [200, 429],
    may: [503],
    seconds: 60,
    attack: async (target) => {
      const from = target.address();
      for (let n = 0; n < 2; n += 1) await atOnce(target, 200, signUp, from);
    },
  },
  {
    name: "sign-ups from many addresses",
    does: "250 sign-ups at once, each from an address of its own, then 250 more",
    must: [200, 503],
    may: [429],
    seconds: 60,
    attack: async (target) => {
      for (let n = 0; n < 2; n += 1) await atOnce(target, 250, signUp);
    },
  },
  {
    name: "sign-ins",
    does: "400 sign-ins from one address, half for accounts that exist, all with a wrong password",
    must: [401, 429],
    may: [200, 503],
    seconds: 60,
    attack: async (target) => {
      const emails = Array.from({ length: 5 }, () => `${unique()}@siege.test`);
      for (const email of emails) await target.ask(signUp(email));
      const from = target.address();
      await atOnce(
        target,
        400,
        () => signIn(Math.random() < 0.5 ? (emails[0] as string) : `${unique()}@siege.test`, unique()),
        from,
      );
    },
  },
  {
    name: "sign-ins from many addresses",
    does: "500 sign-ins at once, each for another account that does not exist and from an address of its own",
    must: [401, 503],
    may: [429],
    seconds: 60,
    attack: (target) => atOnce(target, 500, () => signIn(`${unique()}@siege.test`)),
  },
  {
    name: "who is logged in",
    does: "asks /api/auth/get-session with made-up cookies on 64 connections for 5 s",
    must: [200],
    may: [429, 503],
    seconds: 30,
    attack: (target) =>
      flood(target, {
        request: () =>
          bytesOf({
            path: "/api/auth/get-session",
            headers: { Cookie: `torioki.session_token=${unique()}.${unique()}` },
          }),
      }),
  },
  {
    name: "a user who is logged in",
    does: "one user's cart, adds, receipts and get-session, with the login's cookie, on 64 connections for 5 s",
    must: [200, 201],
    // 409: the dish's quantity is 99.
    may: [409, 429, 503],
    seconds: 40,
    attack: async (target) => {
      const { cookies } = await target.ask(signUp());
      const headers = { Cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") };
      await target.ask({ method: "POST", path: "/api/user/cart/store", headers, body: { store_id: 4 } });
      const body = { menu_id: 1_000 };
      const calls = [
        bytesOf({ path: "/api/user/cart", headers }),
        bytesOf({ method: "POST", path: "/api/user/cart/add", headers, body }),
        bytesOf({ path: "/api/user/receipts", headers }),
        bytesOf({ path: "/api/auth/get-session", headers }),
      ];
      await flood(target, { request: (n) => calls[n % calls.length] as string });
    },
  },
  ofReads("catalog search", (n) => `/api/stores?q=${n % 2 ? COMMON_WORD : "nowhere"}`, {
    may: [429, 503],
  }),
  {
    name: "one store, over the limit of reads",
    does: "asks for one store on 64 connections for 12 s, from one address",
    must: [200, 429],
    may: [503],
    seconds: 40,
    attack: (target) =>
      flood(target, { request: () => bytesOf({ path: "/api/stores/1" }), pipelined: 4, seconds: 12 }),
  },
  ofReads("the menus of a large store", () => `/api/stores/${LARGE_STORE}/menus`, {
    may: [429, 503],
  }),
  {
    name: "catalog search from many addresses",
    does: "256 connections from 250 addresses search the catalog for 6 s",
    must: [200],
    may: [429, 503],
    seconds: 40,
    attack: (target) =>
      flood(target, {
        request: () => bytesOf({ path: `/api/stores?q=${COMMON_WORD}` }),
        connections: 256,
        from: () => target.address(),
        seconds: 6,
      }),
  },
  ofReads("the list of stores", () => "/api/stores?limit=500", { may: [429, 503] }),
  ofReads("/metrics", () => "/metrics"),
  ofReads("/readyz", () => "/readyz"),
  ofReads("/openapi.json", () => "/openapi.json", { isForFiles: true }),
  ofReads("the files of /docs", (n) => (n % 2 ? "/docs/swagger-ui.css" : "/docs/swagger-ui-bundle.js"), {
    isForFiles: true,
  }),
  ofReads("the page", (n) => (n % 2 ? "/" : "/stores/1"), { isForFiles: true }),
  {
    name: "session starts from one address",
    does: "starts sessions on 64 connections for 5 s, from one address",
    must: [201, 429],
    may: [],
    seconds: 30,
    attack: (target) =>
      flood(target, {
        request: () => bytesOf({ method: "POST", path: "/api/guest/session", body: { transport: "header" } }),
      }),
  },
  {
    name: "tickets and hand-overs",
    does: "a live session's tickets, and hand-overs with made-up tickets and logins, on 64 connections for 5 s",
    must: [201, 401, 429],
    may: [],
    seconds: 30,
    attack: async (target) => {
      const [token = ""] = await target.sessions(1);
      const ticket = bytesOf({
        method: "POST",
        path: "/api/guest/session/ticket",
        headers: { "X-Guest-Session": token },
        body: {},
      });
      const convert = () =>
        bytesOf({
          method: "POST",
          path: "/api/guest/session/convert",
          headers: { Authorization: `Bearer ${unique()}` },
          body: { ticket: randomBytes(48).toString("base64url") },
        });
      await flood(target, { request: (n) => (n % 2 ? ticket : convert()) });
    },
  },
  {
    name: "reads of a full cart",
    does: "a session's cart of 100 lines on 64 connections for 5 s",
    must: [200, 201],
    may: [429],
    seconds: 40,
    attack: async (target) => {
      const [token = ""] = await target.sessions(1);
      const headers = { "X-Guest-Session": token };
      await target.ask({ method: "POST", path: "/api/guest/session/store", headers, body: { store_id: 4 } });
      for (let n = 0; n < 100; n += 1)
        await target.ask({
          method: "POST",
          path: "/api/guest/cart/add",
          headers,
          body: { menu_id: 1_000 + n },
        });
      await flood(target, { request: () => bytesOf({ path: "/api/guest/cart", headers }) });
    },
  },
];
