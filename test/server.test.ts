/** The server as a process: malformed HTTP, slow clients, an end that cuts nothing, a database that goes away. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkedCalls, Visitor } from "./helpers/api.ts";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { type RunningProcess, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { startProxy } from "./helpers/proxy.ts";

const { folder, remove } = temporaryFolder();
let server: RunningProcess;
beforeAll(async () => {
  server = await startTorioki({ DATA_DIR: folder });
});
afterAll(async () => {
  await server.stop();
  remove();
});

/** Sends bytes and gives all that comes back until the server closes or a second passes. */
function raw(bytes: string, port = server.port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.write(bytes);
  });
}

describe("malformed HTTP", () => {
  const body = '{"menu_id": 10}';
  it.each([
    [
      "two lengths",
      `POST /api/guest/cart/add HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nContent-Length: 16\r\n\r\n${body}`,
      400,
    ],
    [
      "length and chunks",
      `POST /api/guest/cart/add HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
      400,
    ],
    ["a line break in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nUser-Agent: a\rX-Evil: b\r\n\r\n", 400],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n", 400],
    ["a host that is none", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
    ["nonsense", "\x00\x01\x02\r\n\r\n", 400],
    ["headers over 16 KiB", `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["an expectation that nobody meets", "GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417],
    ["TRACE", "TRACE /api/guest/cart HTTP/1.1\r\nHost: x\r\n\r\n", 405],
    ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["an unknown method", "BREW /api/guest/cart HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["an absolute address", "GET http://evil.example/api/stores/999 HTTP/1.1\r\nHost: x\r\n\r\n", 404],
    ["an upward address", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404],
  ])("%s is refused as a problem, and the next request is fine", async (_, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer.split("\r\n")[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it("a body past the limit is refused while it is still being sent", async () => {
    const chunk = `1000\r\n${" ".repeat(4_096)}\r\n`;
    const answer = await raw(
      `POST /api/guest/cart/add HTTP/1.1\r\nHost: x\r\nX-Guest-Session: ${"a".repeat(64)}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain("body_too_large");
  });

  it("an upload that ends early is no fault of the server's", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      "POST /api/guest/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{}",
    );
    await sleep(100);
    socket.destroy();
    await expect.poll(() => server.output.stdout).toMatch(/"route":"\/api\/guest\/session","status":400/);
    expect(server.output.stdout).not.toContain("request failed");
  });

  it("escape codes in a header reach no log", async () => {
    await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nUser-Agent: \x1b[31mred\r\nConnection: close\r\n\r\n`);
    expect(server.output.stdout).not.toContain("\x1b");
  });
});

describe("the embedded database's folder", () => {
  it("refuses a second process with one clear line, and nothing is harmed", async () => {
    for (const command of [["serve"], ["migrate", "status"]]) {
      const second = await torioki(command, { DATA_DIR: folder, PORT: "0" });
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(
        /^torioki: the data folder .* is in use by another Torioki process: .*\n$/,
      );
      expect(second.stdout).toBe("");
    }
    expect((await fetch(`${server.url}/api/stores/1`)).status).toBe(200);
  });

  it("opens again at once after its process was killed, with every acknowledged line", async () => {
    const own = temporaryFolder();
    const first = await startTorioki({ DATA_DIR: own.folder });
    const visitor = new Visitor(await checkedCalls(first.url, fetch));
    await visitor.start();
    await visitor.choose(1);
    const { cookie } = visitor;
    let acknowledged = 0;
    const adding = (async () => {
      while ((await visitor.add(1)).status === 201) acknowledged += 1;
    })().catch(() => {});
    await sleep(300);
    await first.stop("SIGKILL");
    await adding;
    const second = await startTorioki({ DATA_DIR: own.folder });
    const call = await checkedCalls(second.url, fetch);
    const cart = await call<{ total_items: number }>("GET", "/api/guest/cart", {
      headers: { Cookie: cookie as string },
    });
    expect(acknowledged).toBeGreaterThan(0);
    expect(cart.body.total_items).toBeGreaterThanOrEqual(acknowledged);
    expect(cart.body.total_items).toBeLessThanOrEqual(acknowledged + 1);
    await second.stop();
    own.remove();
  });
});

describe("npm start", () => {
  it("ends its server when npm is told to end", async () => {
    const own = temporaryFolder();
    const port = await getPort();
    const npm = spawn("npm", ["start"], {
      env: { ...process.env, DATA_DIR: own.folder, PORT: String(port) },
      stdio: "ignore",
    });
    const status = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, { timeout: 30_000 }).toBe(200);
    npm.kill("SIGTERM");
    await expect.poll(status, { timeout: 5_000 }).toBe(0);
    // The folder is free again: its server has closed it.
    await expect
      .poll(async () => (await torioki(["migrate", "status"], { DATA_DIR: own.folder })).code, {
        timeout: 15_000,
      })
      .toBe(0);
    own.remove();
  });
});

describe("on PostgreSQL", () => {
  it("SIGTERM answers what is under way, loses no acknowledged change and ends with 0", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const serving = await startTorioki({ DATABASE_URL: source });
    const call = await checkedCalls(serving.url, fetch);
    const visitors = Array.from({ length: 8 }, () => new Visitor(call));
    for (const visitor of visitors) {
      await visitor.start();
      await visitor.choose(1);
    }
    let acknowledged = 0;
    const faults: string[] = [];
    const adding = visitors.map(async (visitor) => {
      for (let n = 0; n < 90; n += 1) {
        const { status } = await visitor.add(10);
        if (status === 201) acknowledged += 1;
        else faults.push(String(status));
      }
    });
    await sleep(150);
    const ended = serving.stop();
    const settled = await Promise.allSettled(adding);
    expect(await ended).toBe(0);
    // A client then finds nobody listening, or its connection was not yet accepted and is reset by the system. A reset of a
    // request that was read would be an answer cut: its change would be stored and not acknowledged (the sum below).
    const reasons = settled.flatMap((one) =>
      one.status === "rejected" ? [String(one.reason.cause?.code ?? one.reason)] : [],
    );
    expect(reasons.filter((reason) => !/^(ECONN(REFUSED|RESET)|UND_ERR_SOCKET)$/.test(reason))).toEqual([]);
    expect(faults).toEqual([]);
    const again = await startTorioki({ DATABASE_URL: source });
    const recheck = await checkedCalls(again.url, fetch);
    let stored = 0;
    for (const visitor of visitors) {
      const cart = await recheck<{ total_items: number }>("GET", "/api/guest/cart", {
        headers: { Cookie: visitor.cookie as string },
      });
      stored += cart.body.total_items;
    }
    expect(acknowledged).toBeGreaterThan(0);
    expect(stored).toBe(acknowledged);
    await again.stop();
    await drop();
  });

  it("starts and answers 503 while the database is away, and is back by itself when it returns", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const url = new URL(source);
    const proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    const serving = await startTorioki({ DATABASE_URL: String(url) });
    const call = await checkedCalls(serving.url, fetch);
    const visitor = new Visitor(call);
    await visitor.start();
    for (const fault of ["cut", "hang"] as const) {
      proxy.mode = fault;
      const start = performance.now();
      const away = await visitor.session();
      expect(away.status).toBe(503);
      expect(away.headers.get("retry-after")).toBe("2");
      expect(performance.now() - start).toBeLessThan(3_000);
      expect((await call("GET", "/readyz")).status).toBe(503);
      expect((await call("GET", "/healthz")).status).toBe(200);
      proxy.mode = "pass";
      await expect.poll(async () => (await visitor.session()).status, { timeout: 5_000 }).toBe(200);
    }
    expect(await serving.stop()).toBe(0);
    await proxy.close();
    await drop();
  });

  it("is not ready, and says why, on a database that is not migrated", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const serving = await startTorioki({ DATABASE_URL: source, MIGRATE_ON_START: "off" });
    const call = await checkedCalls(serving.url, fetch);
    const notReady = await call("GET", "/readyz");
    expect([notReady.status, notReady.body.code]).toEqual([503, "not_ready"]);
    expect((await call("POST", "/api/guest/session")).status).toBe(503);
    expect((await torioki(["migrate", "up"], { DATABASE_URL: source })).code).toBe(0);
    expect((await call("GET", "/readyz")).status).toBe(200);
    expect((await call<{ stores: [] }>("GET", "/api/stores")).body.stores).toEqual([]);
    await serving.stop();
    await drop();
  });
});
