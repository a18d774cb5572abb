/**
 * A process of its own that makes load: as many connections as it is told, each of which asks again as soon as it has its
 * answer (a closed loop). It speaks HTTP over bare sockets, because on one machine with the server every microsecond that
 * the load takes is the server's. Prints one line of JSON. Run by bench/run.ts: node bench/load.ts '{"port":…}'
 */
import { connect, type Socket } from "node:net";
import { dishOf, LINES, lineOf, STORE, tokenOf } from "./sessions.ts";

export type LoadOptions = {
  port: number;
  operation: Operation;
  connections: number;
  /** Sessions are taken at random from 1 to this, but for `remove`, which takes each line once. */
  sessions: number;
  /** Lines that a `remove` before this one has used up. */
  used?: number;
  warmUp: number;
  seconds: number;
};

export type LoadResult = {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  statuses: Record<string, number>;
  /** Lines that `remove` has used up. */
  used: number;
  /** CPU seconds that the load itself took, per second. */
  cpu: number;
};

export type Operation = keyof typeof requests;

let next = 0;
const pick = (sessions: number) => 1 + Math.floor(Math.random() * sessions);

/** Each gives method, path, the session's number and the body. */
const requests = {
  add: (sessions: number) => {
    const dish = dishOf(Math.floor(Math.random() * (LINES + 1)));
    return post("/api/guest/cart/add", pick(sessions), `{"menu_id":${dish},"quantity":1}`);
  },
  // Each session's lines, the first two. Line numbers begin with 0.
  set: (sessions: number) => {
    const n = pick(sessions);
    return send("PUT", `/api/guest/cart/item/${lineOf(n, 0)}`, n, `{"quantity":${1 + (next++ % 99)}}`);
  },
  remove: () => {
    const [n, line] = [1 + Math.floor(next / 2), 1 + (next++ % 2)];
    return send("DELETE", `/api/guest/cart/item/${lineOf(n, line)}`, n);
  },
  cart: (sessions: number) => send("GET", "/api/guest/cart", pick(sessions)),
  session: (sessions: number) => send("GET", "/api/guest/session", pick(sessions)),
  store: (sessions: number) => post("/api/guest/session/store", pick(sessions), `{"store_id":${STORE}}`),
  create: () => post("/api/guest/session", 0, "{}"),
} satisfies Record<string, (sessions: number) => string>;

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
  const { port, operation, connections, sessions, warmUp, seconds } = options;
  next = options.used ?? 0;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const start = performance.now() + warmUp * 1_000;
  const end = start + seconds * 1_000;
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let cpu = process.cpuUsage();
  const begin = setTimeout(() => {
    cpu = process.cpuUsage();
  }, warmUp * 1_000);
  await Promise.all(
    sockets.map((socket) =>
      converse(
        socket,
        () => (performance.now() < end ? requests[operation](sessions) : undefined),
        (status, asked) => {
          const now = performance.now();
          if (now < start || now > end) return;
          times.push(now - asked);
          statuses[status] = (statuses[status] ?? 0) + 1;
        },
      ),
    ),
  );
  clearTimeout(begin);
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const quantile = (share: number) =>
    Math.round((times[Math.floor(times.length * share)] ?? Number.NaN) * 1_000) / 1_000;
  return {
    perSecond: Math.round(times.length / seconds),
    p50: quantile(0.5),
    p99: quantile(0.99),
    statuses,
    used: next,
    cpu: Math.round((user + system) / seconds / 10_000) / 100,
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
