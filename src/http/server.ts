/** The Node server around a `fetch` handler: time limits, malformed HTTP, and an end that cuts no response. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { countIdleClosed, keepDescriptors } from "../descriptors.ts";
import { clientOfIncoming } from "./client.ts";
import { type ClosedFor, Connections, MOST_CONNECTIONS } from "./connections.ts";
import { malformed, respondMalformed, statusOfParserError } from "./malformed.ts";

export type RunningServer = {
  port: number;
  /** Stops listening, lets what is under way be answered, then closes. Cuts what takes over `grace` milliseconds. */
  drain(grace: number): Promise<void>;
};

/**
 * Connections that wait to be accepted; the system may allow fewer (net.core.somaxconn). Beyond that it drops a client's first packet
 * without a word, and the client comes again a second later.
 */
const BACKLOG = 4_096;

/** Browsers send some 20, proxies add some more. Each costs 1 µs at every place that reads them. */
const MOST_HEADERS = 200;

/** How long a kept-alive connection is still answered before it is closed for being idle. Milliseconds. */
const LAME_DUCK = 1_000;

/**
 * Listens and resolves once it does.
 * @param onClosed is told of each connection that is closed because there are too many, or because all of them together hold too
 *   many unread bytes
 * @throws Error (EADDRINUSE and the like) where it cannot
 */
export async function startServer(
  fetch: (request: Request) => Promise<Response>,
  { host, port, trustedProxies = [] }: { host: string; port: number; trustedProxies?: string[] },
  onClosed: (reason: ClosedFor) => void = () => {},
): Promise<RunningServer> {
  const server = createServer({
    // A client that sends a byte a second is answered 408 and let go.
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: 65_000,
    // A missing host is refused below, as a problem document.
    requireHostHeader: false,
  });
  // A client that takes no byte of its response for so long is let go.
  server.timeout = 20_000;
  // Node would leave out headers after so many without a word; more than MOST_HEADERS are refused below.
  server.maxHeadersCount = 0;
  // A client that has ended its own half still gets its responses (RFC 9112, 9.6).
  Object.assign(server, { httpAllowHalfOpen: true });

  const descriptors = keepDescriptors(server);
  const connections = new Connections(descriptors, clientOfIncoming(trustedProxies), (reason) => {
    if (reason === "too_many" && descriptors < MOST_CONNECTIONS) countIdleClosed();
    onClosed(reason);
  });
  const listener = getRequestListener(fetch, { errorHandler: () => malformed(400) });
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const fault = faultOf(incoming);
    await (fault === undefined ? listener(incoming, outgoing) : respondMalformed(outgoing, fault));
  };
  let draining = false;
  server.on("connection", (socket: Socket) => connections.add(socket));
  server.on("request", (incoming, outgoing) => {
    // A kept-alive connection would otherwise bring its next request to a server that is going away.
    if (draining) outgoing.setHeader("Connection", "close");
    connections.of(incoming.socket)?.take({ incoming, outgoing, respond: handle });
  });
  server.on("checkExpectation", (incoming, outgoing) => {
    const respond = () => respondMalformed(outgoing, 417);
    connections.of(incoming.socket)?.take({ incoming, outgoing, respond });
  });
  server.on("connect", (_request, socket: Socket) => connections.of(socket)?.fail(400));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else connections.of(socket)?.fail(statusOfParserError(error.code));
  });

  server.listen({ port, host, backlog: BACKLOG });
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    drain: async (grace) => {
      draining = true;
      // Only stops listening: Node's own close would also end idle connections, perhaps just as a request arrives.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const cut = setTimeout(() => connections.destroyAll(), grace);
      await Promise.race([closed, setTimeoutAsync(LAME_DUCK)]);
      const idle = setInterval(() => connections.closeUnused(), 50);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
      server.close();
    },
  };
}

/** The status for a request that Node's parser lets through and the app should not see; undefined for any other. */
function faultOf({ httpVersionMajor, rawHeaders }: IncomingMessage): number | undefined {
  if (httpVersionMajor !== 1) return 505;
  // Two hosts (RFC 9112, 3.2): a proxy before this server may have read the other one.
  let hosts = 0;
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = rawHeaders[n] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) return 400;
  return rawHeaders.length > 2 * MOST_HEADERS ? 431 : undefined;
}
