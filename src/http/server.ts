/** The Node server around a `fetch` handler: time-outs, malformed HTTP, and an end that cuts no answer. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { refusals } from "../errors.ts";

export type RunningServer = {
  port: number;
  /** Stops listening, lets what is under way be answered, then closes. Cuts what takes over `grace` milliseconds. */
  drain(grace: number): Promise<void>;
};

export async function startServer(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      // A client that sends a byte a second is answered 408 and let go.
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 65_000,
    },
  }) as Server;
  server.on("clientError", answerMalformed);
  let draining = false;
  server.prependListener("request", (_request, response) => {
    // A kept-alive connection would otherwise bring its next request to a server that is going away.
    if (draining) response.setHeader("Connection", "close");
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

  return {
    port: (server.address() as { port: number }).port,
    drain: async (grace) => {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

/** What Node's parser refuses (two lengths, a bad header, a header block over 16 KiB) never reaches the app. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ""] ?? 400;
  const { title, detail } = refusals.bad_request;
  const body = JSON.stringify({
    type: "urn:torioki:problem:bad_request",
    title: title.en,
    status,
    detail: detail.en,
    code: "bad_request",
    request_id: crypto.randomUUID(),
  });
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
