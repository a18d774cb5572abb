/** What all connections of a server hold together. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openSocket, socketsOf } from "../../test/helpers/raw-client.ts";
import { until } from "../../test/helpers/until.ts";
import { Connections } from "./connections.ts";
import { startServer } from "./server.ts";

const MEBIBYTE = 1_024 * 1_024;
const large = new Uint8Array(24 * MEBIBYTE);
const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

it("destroys a half-closed connection when its client reads nothing of the last response for a second", async () => {
  const server = await startServer(async () => new Response(large), { host: "127.0.0.1", port: 0 });
  const before = socketsOf(process.pid);
  const sockets = Array.from({ length: 2 }, () => openSocket(server.port).pause());
  for (const socket of sockets) socket.end(request);
  await until(() => socketsOf(process.pid) === before + 4);
  // Node looks at a socket's progress once more before its timer counts as over.
  await until(() => socketsOf(process.pid) === before + 2, 5);
  for (const socket of sockets) socket.destroy();
  await server.drain(1_000);
});

/** @returns how many bytes came, up to the wanted size or to the connection's end */
async function readUpTo(size: number, socket: Socket): Promise<number> {
  let read = 0;
  socket.on("data", (chunk) => {
    read += chunk.length;
  });
  socket.resume();
  for (let n = 0; n < 100 && read < size && !socket.destroyed && !socket.readableEnded; n += 1)
    await sleep(50);
  return read;
}

it("closes the connection that holds most, and none of those that hold less", async () => {
  const fetch = async ({ url }: Request) =>
    new Response(large.subarray(0, (url.endsWith("/most") ? 24 : 5) * MEBIBYTE));
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0 });
  const most = openSocket(server.port).pause();
  most.write(request.replace("/ ", "/most "));
  await sleep(300);
  // Together 84 MiB; 60 without the first.
  const others = Array.from({ length: 12 }, () => openSocket(server.port).pause());
  for (const socket of others) socket.write(request);
  await sleep(1_000);
  expect(await readUpTo(24 * MEBIBYTE, most)).toBeLessThan(24 * MEBIBYTE);
  for (const read of await Promise.all(others.map((socket) => readUpTo(5 * MEBIBYTE, socket))))
    expect(read).toBeGreaterThanOrEqual(5 * MEBIBYTE);
  for (const socket of [most, ...others]) socket.destroy();
  await server.drain(1_000);
});

it("closes those that hold most while clients together leave more than 64 MiB unread", async () => {
  const fetch = async (request: Request) =>
    new Response(request.url.endsWith("/small") ? "small" : large, { status: 200 });
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0 });
  const sockets = Array.from({ length: 12 }, () => openSocket(server.port).pause());
  for (const socket of sockets) socket.write(request);
  await sleep(1_000);
  // The connections that were closed are reset, since their clients have not read everything.
  const sizes = await Promise.all(sockets.map((socket) => readUpTo(large.length, socket)));
  const whole = sizes.filter((size) => size >= large.length);
  // Each holds some 20 MiB when the system's own buffers are full, so that at most three have room.
  expect(whole.length).toBeGreaterThanOrEqual(1);
  expect(whole.length).toBeLessThanOrEqual(5);
  const small = openSocket(server.port);
  small.write(request.replace("/ ", "/small "));
  expect(String(await once(small, "data"))).toContain("200 OK");
  for (const socket of [...sockets, small]) socket.destroy();
  await server.drain(1_000);
});

it("reads no further requests of a client while one of them waits", async () => {
  let finish: (() => void) | undefined;
  const waits = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const fetch = async () => {
    await waits;
    return new Response("late");
  };
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0 });
  const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n`;
  for (const { first, bytes } of [
    { first: "", bytes: request },
    { first: "", bytes: `${post}{}` },
    // The end of the last body that is read comes with what is not.
    { first: `${request.repeat(32)}${post}{`, bytes: `}${request}` },
  ]) {
    const socket = openSocket(server.port);
    const sent = 64 * MEBIBYTE;
    socket.write(first);
    await sleep(100);
    socket.write(bytes.repeat(Math.ceil(sent / bytes.length)));
    await sleep(1_500);
    // The system's buffers hold a few MiB; the rest waits at the client.
    expect(socket.writableLength).toBeGreaterThan(0.75 * sent);
    socket.destroy();
  }
  finish?.();
  await server.drain(1_000);
});

it("reads no more requests of those that it has at hand than it answers", async () => {
  const server = await startServer(async () => new Response("."), { host: "127.0.0.1", port: 0 });
  let begun = 0;
  const count = () => {
    begun += 1;
  };
  subscribe("http.server.request.start", count);
  const socket = openSocket(server.port);
  let response = "";
  socket.on("data", (chunk) => {
    response += chunk;
  });
  socket.write(request.repeat(5_000));
  await once(socket, "end");
  socket.destroy();
  unsubscribe("http.server.request.start", count);
  expect(response.match(/HTTP\/1.1 200/g)).toHaveLength(33);
  expect(response.match(/Connection: close/g)).toHaveLength(1);
  expect(response.endsWith(".")).toBe(true);
  expect(begun).toBe(33);
  await server.drain(1_000);
});

it("answers what it has read, where a later request asks for another protocol", async () => {
  const server = await startServer(async () => new Response("."), { host: "127.0.0.1", port: 0 });
  const socket = openSocket(server.port);
  let response = "";
  socket.on("data", (chunk) => {
    response += chunk;
  });
  socket.write(
    `${request.repeat(33)}GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  );
  await once(socket, "end");
  socket.destroy();
  expect(response.match(/HTTP\/1.1 200/g)).toHaveLength(33);
  await server.drain(1_000);
});

it("answers pipelined bodies that come in pieces, one after the other", async () => {
  const fetch = async (request: Request) => {
    await sleep(2);
    return new Response(await request.text());
  };
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0 });
  const socket = openSocket(server.port);
  let response = "";
  socket.on("data", (chunk) => {
    response += chunk;
  });
  const closed = once(socket, "close");
  const bodies = Array.from({ length: 60 }, (_, n) => `body-${n}-${"x".repeat(n)}`);
  const all = bodies
    .map((body) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    .join("");
  for (let n = 0; n < all.length; n += 97) {
    socket.write(all.slice(n, n + 97));
    await sleep(1);
  }
  socket.end();
  await until(() => bodies.every((body) => response.includes(body)));
  expect(response.match(/body-\d+/g)).toEqual(bodies.map((body) => /body-\d+/.exec(body)?.[0]));
  await closed;
  await server.drain(1_000);
});

it("answers a client that asks once before the most of what others have pipelined, also behind a trusted proxy", async () => {
  let answered = 0;
  const fetch = async () => {
    for (const end = performance.now() + 1; performance.now() < end; );
    answered += 1;
    return new Response("done");
  };
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0, trustedProxies: ["127.0.0.9"] });
  const forwarded = (address: string) =>
    request.replace("\r\n\r\n", `\r\nX-Forwarded-For: ${address}\r\n\r\n`);
  const visits = [
    { from: "127.0.0.2", flood: request, shopper: { from: "127.0.0.3", bytes: request } },
    {
      from: "127.0.0.9",
      flood: forwarded("192.0.2.1"),
      shopper: { from: "127.0.0.9", bytes: forwarded("192.0.2.2") },
    },
  ];
  for (const { from, flood, shopper } of visits) {
    answered = 0;
    const sockets = Array.from({ length: 20 }, () => openSocket(server.port, from));
    for (const socket of sockets) socket.write(flood.repeat(32));
    const asking = openSocket(server.port, shopper.from);
    await until(() => answered > 20);
    const before = answered;
    asking.write(shopper.bytes);
    expect(String(await once(asking, "data"))).toContain("200 OK");
    // Some requests of the others begin in each turn of the event loop, and a connection takes a few turns.
    expect(answered - before).toBeLessThan(160);
    await until(() => answered === 20 * 32 + 1);
    for (const socket of [...sockets, asking]) socket.destroy();
  }
  await server.drain(1_000);
});

it("answers a request that waits for its turn and whose body is malformed", async () => {
  const server = await startServer(async (asked) => new Response(await asked.text()), {
    host: "127.0.0.1",
    port: 0,
  });
  const post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const sockets = Array.from({ length: 40 }, () => openSocket(server.port));
  const answers = sockets.map((socket) => once(socket, "data"));
  for (const socket of sockets) socket.write(`${post}2\r\n{}\r\nxyz\r\n`);
  for (const answer of answers) expect(String(await answer)).toContain("HTTP/1.1 400");
  for (const socket of sockets) socket.destroy();
  await server.drain(1_000);
});

it("a drain cuts no response that its client reads slowly", async () => {
  const server = await startServer(async () => new Response(large), { host: "127.0.0.1", port: 0 });
  const socket = openSocket(server.port).pause();
  socket.write(request);
  await sleep(500);
  const drained = server.drain(20_000);
  let size = 0;
  socket.on("data", (chunk) => {
    size += chunk.length;
  });
  const end = once(socket, "end");
  for (let n = 0; n < 3; n += 1) {
    socket.pause();
    await sleep(1_000);
    socket.resume();
    await sleep(5);
  }
  await Promise.race([end, once(socket, "close")]);
  expect(size).toBeGreaterThan(large.length);
  await drained;
});

it("closes those of many addresses that are idle rather than those of a shopper who has six", async () => {
  const closed: Socket[] = [];
  const connections = new Connections(
    1_000,
    () => undefined,
    () => {},
  );
  const add = (remoteAddress: string) => {
    const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
    socket.once("close", () => closed.push(socket));
    connections.add(socket);
    return socket;
  };
  for (let n = 0; n < 900; n += 1) add(`2001:db8:1:2::${n.toString(16)}`);
  const shoppers = Array.from({ length: 6 }, () => add("192.0.2.7"));
  // One client, whatever its addresses.
  for (let n = 900; n < 1_100; n += 1) add(`2001:db8:1:2::${n.toString(16)}`);
  // As many clients as addresses; those that came first have been idle for longest.
  for (let n = 0; n < 900; n += 1) add(`198.51.${n >> 8}.${n & 255}`);
  await sleep(10);
  expect(closed.length).toBeGreaterThan(900);
  expect(closed.filter((socket) => shoppers.includes(socket))).toEqual([]);
});

it("closes the connection that has been idle for longest, of the client that has most, when there are too many", async () => {
  const server = await startServer(async () => new Response("hello"), { host: "127.0.0.1", port: 0 });
  const few = openSocket(server.port);
  few.write(request);
  await once(few, "data");
  const many = [];
  for (let n = 0; n < 4_200; n += 1) {
    const socket = openSocket(server.port, "127.0.0.2");
    many.push(socket);
    if (n % 100 === 99) await once(socket, "connect");
  }
  const last = openSocket(server.port, "127.0.0.3");
  last.write(request);
  expect(String(await once(last, "data"))).toContain("200 OK");
  // The client with one connection, the oldest of all, keeps it.
  few.write(request);
  expect(String(await once(few, "data"))).toContain("200 OK");
  const isClosed = many.map((socket) => socket.destroyed || socket.readableEnded);
  expect(isClosed.filter(Boolean).length).toBeGreaterThanOrEqual(100);
  for (const socket of [few, last, ...many]) socket.destroy();
  await server.drain(1_000);
}, 60_000);

it("reads no large body that nobody wants: it answers, and closes the connection", async () => {
  const server = await startServer(async () => new Response("no", { status: 413 }), {
    host: "127.0.0.1",
    port: 0,
  });
  const socket = openSocket(server.port);
  socket.on("error", () => {});
  let response = "";
  socket.on("data", (data) => {
    response += data;
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const began = performance.now();
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n`);
  const piece = Buffer.alloc(100_000);
  for (let n = 0; n < 1_000 && !socket.destroyed; n += 1)
    if (!socket.write(piece))
      await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
  await closed;
  expect(response).toMatch(/^HTTP\/1.1 413 .*\r\nconnection: close\r\n/is);
  expect(performance.now() - began).toBeLessThan(5_000);
  // What the system keeps of it between the two, and no more.
  expect(socket.bytesWritten - socket.writableLength).toBeLessThan(50_000_000);
  await server.drain(1_000);
});

it("keeps a connection whose body came after its answer, where it is no large one", async () => {
  const server = await startServer(async () => new Response("ok"), { host: "127.0.0.1", port: 0 });
  const socket = openSocket(server.port);
  let response = "";
  socket.on("data", (data) => {
    response += data;
  });
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16000\r\n\r\n");
  await until(() => response.includes("ok"));
  socket.write(" ".repeat(16_000) + request);
  await until(() => response.split("HTTP/1.1 200").length === 3);
  socket.destroy();
  await server.drain(1_000);
});
