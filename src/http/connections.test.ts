/** What all connections of a server hold together. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openSocket, socketsOf } from "../../test/helpers/raw-client.ts";
import { until } from "../../test/helpers/until.ts";
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

it("closes those that hold most while clients together leave more than 64 MiB unread", async () => {
  const fetch = async (request: Request) =>
    new Response(request.url.endsWith("/small") ? "small" : large, { status: 200 });
  const server = await startServer(fetch, { host: "127.0.0.1", port: 0 });
  const sockets = Array.from({ length: 12 }, () => openSocket(server.port).pause());
  for (const socket of sockets) socket.write(request);
  await sleep(1_000);
  // The connections that were closed are reset, since their clients have not read everything.
  const sizes = await Promise.all(
    sockets.map(async (socket) => {
      let size = 0;
      socket.on("data", (chunk) => {
        size += chunk.length;
      });
      socket.resume();
      for (let n = 0; n < 100 && size < large.length && !socket.destroyed && !socket.readableEnded; n += 1)
        await sleep(50);
      return size;
    }),
  );
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
