/** The Node server around a `fetch` handler: time-outs, malformed HTTP, and an end that cuts no answer. */
import { once } from "node:events";
import { createServer, STATUS_CODES } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { keepDescriptors } from "../descriptors.ts";
import { refusals } from "../errors.ts";

export type RunningServer = {
  port: number;
  /** Stops listening, lets what is under way be answered, then closes. Cuts what takes over `grace` milliseconds. */
  drain(grace: number): Promise<void>;
};

/** How long a kept-alive connection is still answered before it is closed for being idle. Milliseconds. */
const LAME_DUCK = 1_000;

/**
 * Listens and resolves once it does.
 * @throws Error (EADDRINUSE and the like) where it cannot
 */
export async function startServer(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(
    {
      // A client that sends a byte a second is answered 408 and let go.
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 65_000,
      // A missing host is refused below, as a problem document.
      requireHostHeader: false,
    },
    getRequestListener(fetch, { errorHandler: () => malformed(400) }),
  );
  keepDescriptors(server);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else answerMalformed(socket, STATUS_OF_FAULT[error.code ?? ""] ?? 400);
  });
  server.on("checkExpectation", ({ socket }) => answerMalformed(socket, 417));
  server.on("connect", (_request, socket: Socket) => answerMalformed(socket, 400));
  let draining = false;
  server.prependListener("request", (_request, response) => {
    // A kept-alive connection would otherwise bring its next request to a server that is going away.
    if (draining) response.setHeader("Connection", "close");
  });

  server.listen(port, host);
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    drain: async (grace) => {
      draining = true;
      // Only stops listening: Node's own close would also end idle connections, perhaps just as a request arrives.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await Promise.race([closed, setTimeoutAsync(LAME_DUCK)]);
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
      server.close();
    },
  };
}

const STATUS_OF_FAULT: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What Node's parser refuses (two lengths, a bad header, a header block over 16 KiB) never reaches the app. */
function malformed(status: number): Response {
  const { title, detail } = refusals.bad_request;
  const body = {
    type: "urn:torioki:problem:bad_request",
    title: title.en,
    status,
    detail: detail.en,
    code: "bad_request",
    request_id: crypto.randomUUID(),
  };
  const headers = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    Connection: "close",
  };
  return new Response(JSON.stringify(body), { status, headers });
}

async function answerMalformed(socket: Socket, status: number): Promise<void> {
  const response = malformed(status);
  const body = await response.text();
  const headers = [...response.headers, ["Content-Length", Buffer.byteLength(body)]];
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
}
