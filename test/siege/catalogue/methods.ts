/** Every method of RFC 9110, PATCH and Upgrade, with body and without, cut at every stage. */
import type { BadClient } from "../bad-client.ts";
import { CUTS, cutAll, type Message } from "../cutting.ts";

/** By method: where it goes, and what it is answered when nothing is cut off. */
const METHODS: Record<string, { path: string; headers?: string; status: number }> = {
  GET: { path: "/healthz", status: 200 },
  HEAD: { path: "/healthz", status: 200 },
  POST: { path: "/api/guest/cart/add", status: 401 },
  PUT: { path: "/api/guest/cart/item/1", status: 401 },
  DELETE: { path: "/api/guest/session", status: 401 },
  CONNECT: { path: "a:1", status: 400 },
  OPTIONS: { path: "/api/guest/cart", status: 405 },
  TRACE: { path: "/api/guest/cart", status: 405 },
  PATCH: { path: "/api/guest/cart", status: 405 },
  Upgrade: { path: "/healthz", headers: "Connection: Upgrade\r\nUpgrade: websocket\r\n", status: 200 },
};

const BODY = '{"quantity": 1, "menu_id": 10}';

function messagesOf(name: string): Message[] {
  const { path, headers = "" } = METHODS[name] as (typeof METHODS)[string];
  const method = name === "Upgrade" ? "GET" : name;
  const line = `${method} ${path} HTTP/1.1\r\n`;
  const common = `Host: siege.test\r\nUser-Agent: siege\r\n${headers}`;
  const ofBody = `Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n`;
  return [
    { line, headers: `${common}\r\n`, body: "", isHead: method === "HEAD" },
    { line, headers: `${common}${ofBody}\r\n`, body: BODY, isHead: method === "HEAD" },
  ];
}

/** What is cut off in the middle is malformed or never came whole (400), or late (408); a call without its body is 422. */
const OF_PARTS = [400, 408, 422];

const names = Object.keys(METHODS);
const groups: Record<string, string[]> = {
  CONNECT: ["CONNECT"],
  Upgrade: ["Upgrade"],
  "every other method": names.filter((name) => name !== "CONNECT" && name !== "Upgrade"),
};

export const methods: BadClient[] = Object.entries(groups).flatMap(([group, members]) =>
  CUTS.map((how): BadClient => {
    const statuses = [...new Set(members.map((name) => METHODS[name]?.status as number))];
    // Of a reset nobody sees the answer, but where it waits for its first byte.
    const isSeen = how !== "reset";
    return {
      name: `${group}, ${how}`,
      does: `sends ${members.length > 1 ? members.join(", ") : group} with a body and without, and ends each at every stage by ${how}`,
      must: [...(isSeen ? statuses : []), ...(how === "silence" ? [408] : [])],
      may: [...statuses, ...OF_PARTS],
      seconds: 60,
      attack: (target) => cutAll(target, members.flatMap(messagesOf), how),
    };
  }),
);
