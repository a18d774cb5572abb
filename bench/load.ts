/**
 * A process of its own that makes load: as many connections as it is told, each of which asks again as soon as it has its
 * answer (a closed loop). It speaks HTTP over bare sockets, because on one machine with the server every microsecond that
 * the load takes is the server's. Prints `begin` and `end` around what it measures, then one line of JSON. Run by
 * bench/measure.ts: node bench/load.ts '{"port":…}'
 */
import { connect, type Socket } from "node:net";
import {
  type Crowd,
  dishOf,
  LINES,
  lineOf,
  mostRemovals,
  removable,
  STORE,
  sessionOf,
  tokenOf,
} from "./sessions.ts";

export type LoadOptions = Crowd & {
  port: number;
  /** Visitors are taken at random, but for `remove`, which takes each line once and ends early when all are gone. */
  operation: Operation;
  connections: number;
  /** Seconds before the measurement, and of it. */
  warmUp: number;
  seconds: number;
};

export type LoadResult = {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  statuses: Record<string, number>;
  /** Lines that have been removed, the warm-up's included. */
  removals: number;
  /** CPU seconds that the load itself took, per second. */
  loadCpu: number;
};

export type Operation = keyof typeof requests;

/** What each is answered; any other status means that something else was measured. */
export const expected: Record<Operation, string[]> = {
  add: ["201"],
  set: ["200"],
  remove: ["200"],
  cart: ["200"],
  session: ["200"],
  store: ["200"],
  create: ["201"],
  mixed: ["200", "201"],
};

type Ask = (crowd: Crowd) => string | undefined;
let removals = 0;
let quantity = 0;
const visitor = (crowd: Crowd) => sessionOf(Math.floor(Math.random() * crowd.active), crowd);

const requests = {
  add: (crowd: Crowd) => {
    const dish = dishOf(Math.floor(Math.random() * (LINES + 1)));
    return post("/api/guest/cart/add", visitor(crowd), `{"menu_id":${dish},"quantity":1}`);
  },
  // The first of a session's lines, which nobody removes.
  set: (crowd: Crowd) => {
    const n = visitor(crowd);
    return send("PUT", `/api/guest/cart/item/${lineOf(n, 0)}`, n, `{"quantity":${1 + (quantity++ % 50)}}`);
  },
  remove: (crowd: Crowd) => {
    if (removals >= mostRemovals(crowd)) return undefined;
    const [n, line] = removable(removals++, crowd);
    return send("DELETE", `/api/guest/cart/item/${lineOf(n, line)}`, n);
  },
  cart: (crowd: Crowd) => send("GET", "/api/guest/cart", visitor(crowd)),
  session: (crowd: Crowd) => send("GET", "/api/guest/session", visitor(crowd)),
  store: (crowd: Crowd) => post("/api/guest/session/store", visitor(crowd), `{"store_id":${STORE}}`),
  create: () => post("/api/guest/session", 0, "{}"),
  /** A site's day: mostly looks, then adds, now and then the rest. */
  mixed: (crowd: Crowd): string | undefined => {
    const share = Math.random();
    if (share < 0.35) return requests.cart(crowd);
    if (share < 0.6) return requests.session(crowd);
    if (share < 0.8) return requests.add(crowd);
    if (share < 0.88) return requests.set(crowd);
    if (share < 0.92) return requests.store(crowd);
    return (share < 0.96 ? requests.remove(crowd) : undefined) ?? requests.create();
  },
} satisfies Record<string, Ask>;

function post(path: string, n: number, body: string): string {
  return send("POST", path, n, body);
}

function send(method: string, path: string, n: number, body = ""): string {
  const cookie = n === 0 ? "" : `Cookie: guest_session_id=${tokenOf(n)}\r\n`;
  const content = body === "" ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAccept-Language: ja\r\n${cookie}${content}\r\n${body}`;
}

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));

async function run(options: LoadOptions): Promise<LoadResult> {
  const { port, operation, connections, warmUp, seconds } = options;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const ask: Ask = requests[operation];
  const begin = performance.now() + warmUp * 1_000;
  const end = begin + seconds * 1_000;
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let last = begin;
  let cpu = process.cpuUsage();
  const beginning = setTimeout(() => {
    cpu = process.cpuUsage();
    console.log("begin");
  }, warmUp * 1_000);
  await Promise.all(
    sockets.map((socket) =>
      converse(
        socket,
        () => {
          const now = performance.now();
          if (now >= end) return undefined;
          // Lines are few: most of them are left for what is measured.
          const isSpare = operation !== "remove" || removals < mostRemovals(options) / 4;
          return now >= begin || isSpare ? ask(options) : requests.set(options);
        },
        (status, asked) => {
          const now = performance.now();
          if (now < begin || now > end) return;
          last = now;
          times.push(now - asked);
          statuses[status] = (statuses[status] ?? 0) + 1;
        },
      ),
    ),
  );
  clearTimeout(beginning);
  const { user, system } = process.cpuUsage(cpu);
  console.log("end");
  times.sort((a, b) => a - b);
  const quantile = (share: number) =>
    Math.round((times[Math.floor(times.length * share)] ?? 0) * 1_000) / 1_000;
  const measured = (last - begin) / 1_000;
  return {
    perSecond: Math.round((times.length / measured) * 10) / 10,
    p50: quantile(0.5),
    p99: quantile(0.99),
    statuses,
    removals,
    loadCpu: Math.round((user + system) / measured / 10_000) / 100,
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Asks and reads until there is nothing more to ask. Answers come one at a time, each with its length. */
function converse(
  socket: Socket,
  ask: () => string | undefined,
  answered: (status: string, asked: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let held = "";
    const go = () => {
      const request = ask();
      if (request === undefined) {
        socket.destroy();
        return resolve();
      }
      asked = performance.now();
      socket.write(request, "latin1");
    };
    socket.on("data", (chunk: Buffer) => {
      held += chunk.toString("latin1");
      const head = held.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(held);
      if (!length) return reject(new Error(`an answer without a length: ${held.slice(0, head)}`));
      if (held.length < head + 4 + Number(length[1])) return;
      const status = held.slice(9, 12);
      held = "";
      answered(status, asked);
      go();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    go();
  });
}
