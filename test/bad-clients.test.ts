/** Clients that are rude to the HTTP server: none of them ends the process, keeps it from ending, or has it hold much. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { type RunningProcess, startTorioki, temporaryFolder } from "./helpers/process.ts";
import { exchange, memoryOf, openSocket, socketsOf, statusesOf } from "./helpers/raw-client.ts";
import { until } from "./helpers/until.ts";

const CONNECT = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n";
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

const { folder, remove } = temporaryFolder();
let server: RunningProcess;
let pid: number;
beforeAll(async () => {
  server = await startTorioki({ DATA_DIR: folder });
  pid = server.child.pid as number;
  // The first request of each kind loads what it needs.
  for (const path of ["/healthz", "/openapi.json", "/docs/swagger-ui-bundle.js"])
    await (await fetch(server.url + path)).arrayBuffer();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  remove();
});

const isUp = async ({ url }: RunningProcess) => (await fetch(`${url}/healthz`)).status === 200;

/** Sends CONNECT and resets the connection when the answer is there. */
async function resetAfterConnect(port: number): Promise<void> {
  const socket = openSocket(port);
  socket.write(CONNECT);
  await once(socket, "data");
  socket.resetAndDestroy();
}

describe("a socket that Node's HTTP server lets go of", () => {
  it("does not end the process when the client resets it", async () => {
    for (let n = 0; n < 5; n += 1) await resetAfterConnect(server.port);
    await sleep(100);
    expect(await isUp(server)).toBe(true);
    expect(server.child.exitCode).toBe(null);
  });

  it("does not end a worker of several processes", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const several = await startTorioki({ DATABASE_URL: source, WEB_CONCURRENCY: "2" });
    for (let n = 0; n < 6; n += 1) await resetAfterConnect(several.port);
    await sleep(300);
    expect(await isUp(several)).toBe(true);
    expect(several.output.stdout).not.toContain("a server process ended");
    expect(await several.stop()).toBe(0);
    await drop();
  });

  it("does not keep the process from ending", async () => {
    const own = temporaryFolder();
    const ending = await startTorioki({ DATA_DIR: own.folder });
    const socket = openSocket(ending.port);
    socket.write(CONNECT);
    await once(socket, "data");
    const ended = ending.stop();
    const first = await Promise.race([ended, sleep(14_000).then(() => "still runs")]);
    if (first === "still runs") ending.child.kill("SIGKILL");
    expect(first).toBe(0);
    socket.destroy();
    own.remove();
  });
});

describe("a client that is slow, or stays when it has its answer", () => {
  it("gets 408, 400, 431 or 413, and its socket is closed although it keeps its own half open", async () => {
    const before = socketsOf(pid);
    const cases: [bytes: string, status: number, trickle?: string][] = [
      ["GET /healthz HTTP/1.1\r\nHost: a\r\nX: a", 408, "a"],
      [
        "POST /api/guest/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        408,
        " ",
      ],
      ["", 408],
      [CONNECT, 400],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(100_000)}\r\n\r\n`, 431],
      [
        `POST /api/guest/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n${" ".repeat(50_000)}`,
        413,
      ],
    ];
    const sockets = cases.map(([bytes, status, trickle]) => {
      const socket = openSocket(server.port);
      const answered = once(socket, "data").then(([chunk]) => statusesOf(String(chunk))[0]);
      socket.write(bytes);
      const timer = trickle && setInterval(() => socket.writable && socket.write(trickle), 500);
      return { socket, status, answered: answered.finally(() => timer && clearInterval(timer)) };
    });
    expect(await Promise.all(sockets.map(({ answered }) => answered))).toEqual(
      sockets.map(({ status }) => status),
    );
    await until(() => socketsOf(pid) <= before, 5);
    for (const { socket } of sockets) socket.destroy();
  });

  it("gets the answers that it waits for although it has ended its own half, and then the socket is closed", async () => {
    const before = socketsOf(pid);
    expect(statusesOf(await exchange(server.port, get("/api/stores"), { halfClose: true }))).toEqual([200]);
    const five = await exchange(server.port, get("/api/stores").repeat(5), { halfClose: true });
    expect(statusesOf(five)).toEqual([200, 200, 200, 200, 200]);
    await until(() => socketsOf(pid) <= before, 5);
  });
});

describe("pipelining", () => {
  it("300 requests for a large file whose answers nobody reads cost memory for one of them", async () => {
    const before = memoryOf(pid);
    const socket = openSocket(server.port).pause();
    socket.write(get("/docs/swagger-ui-bundle.js").repeat(300));
    let most = 0;
    for (let n = 0; n < 20; n += 1) {
      await sleep(100);
      most = Math.max(most, memoryOf(pid));
    }
    socket.destroy();
    expect(most - before).toBeLessThan(100);
  });

  it("more than 33 requests at once get the first 33 answers, and the connection is closed", async () => {
    const response = await exchange(server.port, get("/openapi.json").repeat(30_000));
    expect(statusesOf(response)).toEqual(Array.from({ length: 33 }, () => 200));
    expect(response.match(/^connection: close/gim)).toHaveLength(1);
  });

  it("fewer at once are answered in their order, for as long as the connection lasts", async () => {
    const socket = openSocket(server.port);
    let response = "";
    socket.on("data", (chunk) => {
      response += chunk;
    });
    const count = () => statusesOf(response);
    for (let round = 1; round <= 10; round += 1) {
      socket.write(get("/api/stores/1") + get("/nowhere") + get("/healthz").repeat(8));
      await until(() => count().length === round * 10);
    }
    const round = [200, 404, ...Array.from({ length: 8 }, () => 200)];
    expect(count()).toEqual(Array.from({ length: 10 }, () => round).flat());
    socket.destroy();
  });

  it("what is no request is refused after the answers to the requests before it", async () => {
    const late = await exchange(server.port, `${get("/api/stores")}${get("/readyz")}BREW / HTTP/1.1\r\n\r\n`);
    expect(statusesOf(late)).toEqual([200, 200, 400]);
    const connect = await exchange(server.port, get("/api/stores") + CONNECT);
    expect(statusesOf(connect)).toEqual([200, 400]);
  });
});

describe("a request that is ambiguous", () => {
  it.each([
    ["two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["the same host twice", "GET /healthz HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n", 400],
    ["HTTP/2.0 as text", "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["HTTP/0.9", "GET /healthz HTTP/0.9\r\nHost: a\r\n\r\n", 505],
    ["a version that does not exist", "GET /healthz HTTP/1.7\r\nHost: a\r\n\r\n", 505],
    ["a header block over 16 KiB, sent whole", `GET / HTTP/1.1\r\nX: ${"a".repeat(1_000_000)}\r\n\r\n`, 431],
    [
      "two thousand headers and then a second host",
      `GET / HTTP/1.1\r\nHost: a\r\n${"a:\r\n".repeat(2_500)}Host: b\r\n\r\n`,
      400,
    ],
  ])("%s is refused as a problem", async (_, bytes, status) => {
    const response = await exchange(server.port, bytes);
    expect(statusesOf(response)).toEqual([status]);
    expect(response).toMatch(/content-type: application\/problem\+json/i);
  });

  it("the session header twice with the same value counts as one, with two values as a conflict", async () => {
    const created = await fetch(`${server.url}/api/guest/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"transport": "header"}',
    });
    const { session_token: token } = (await created.json()) as { session_token: string };
    const read = (...tokens: string[]) =>
      exchange(
        server.port,
        `GET /api/guest/session HTTP/1.1\r\nHost: a\r\n${tokens.map((one) => `X-Guest-Session: ${one}\r\n`).join("")}\r\n`,
        { halfClose: true },
      );
    expect(statusesOf(await read(token))).toEqual([200]);
    expect(statusesOf(await read(token, token))).toEqual([200]);
    expect(statusesOf(await read(token, "b".repeat(64)))).toEqual([400]);
  });
});
