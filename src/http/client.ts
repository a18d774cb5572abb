/** Who is at the other end: the address that limits count by. */
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import ipaddr from "ipaddr.js";
import proxyAddr from "proxy-addr";

/** What a server knows of a request's connection; `@hono/node-server` hands it to `fetch` in this form. */
export type Connection = { incoming?: { socket?: { remoteAddress?: string | undefined } } };

export type ClientOptions = {
  /** Addresses, ranges (`10.0.0.0/8`) and `loopback`, `linklocal`, `uniquelocal`: only their X-Forwarded-For counts. */
  trustedProxies: string[];
  /** Where the host knows better. */
  clientAddress?: ((request: Request) => string | null | undefined) | undefined;
  /** Told once of a neighbour that forwards requests and is not trusted: all its visitors count as one client. */
  onUntrustedProxy?: ((address: string) => void) | undefined;
};

type IsTrusted = ReturnType<typeof proxyAddr.compile>;

/** Tells a client by a key for the limits: the IPv4 address, or the IPv6 network of 64 bits, which is one customer's. */
export type ClientOf = (request: Request, connection: Connection | undefined) => string | undefined;

export function clientOf({ trustedProxies, clientAddress, onUntrustedProxy }: ClientOptions): ClientOf {
  const isTrusted = proxyAddr.compile(trustedProxies);
  let hasTold = false;
  return (request, connection) => {
    if (clientAddress) return networkOf(clientAddress(request) ?? undefined);
    const remoteAddress = connection?.incoming?.socket?.remoteAddress;
    const forwarded = request.headers.get("X-Forwarded-For") ?? undefined;
    const isForwarded = remoteAddress !== undefined && forwarded !== undefined;
    if (isForwarded && !hasTold && isNeighbour(remoteAddress) && !isTrusted(remoteAddress, 0)) {
      hasTold = true;
      onUntrustedProxy?.(remoteAddress);
    }
    return clientBehind(isTrusted, remoteAddress, forwarded);
  };
}

/** The same for one of Node's own requests, before there is a `Request` for it. */
export function clientOfIncoming(
  trustedProxies: string[],
): (incoming: IncomingMessage) => string | undefined {
  const isTrusted = proxyAddr.compile(trustedProxies);
  // A connection's requests nearly all have the same client, and to parse an address takes 2 µs.
  const last = new WeakMap<Socket, { forwarded: string | undefined; client: string | undefined }>();
  return ({ socket, headers }) => {
    const forwarded = headers["x-forwarded-for"]?.toString();
    const known = last.get(socket);
    if (known && known.forwarded === forwarded) return known.client;
    const client = clientBehind(isTrusted, socket.remoteAddress, forwarded);
    last.set(socket, { forwarded, client });
    return client;
  };
}

/** @param forwarded the value of X-Forwarded-For */
function clientBehind(
  isTrusted: IsTrusted,
  remoteAddress: string | undefined,
  forwarded: string | undefined,
): string | undefined {
  if (remoteAddress === undefined || forwarded === undefined) return networkOf(remoteAddress);
  // A proxy that writes ports (203.0.113.7:4711, [2001:db8::7]:4711) means the address before them.
  const withoutPorts = forwarded
    .replace(/(\d+\.\d+\.\d+\.\d+):\d+/g, "$1")
    .replace(/\[([^\]]*)\](:\d+)?/g, "$1");
  const headers = { "x-forwarded-for": withoutPorts };
  // The library reads Node's own requests.
  const peer = { headers, socket: { remoteAddress } } as unknown as Parameters<typeof proxyAddr>[0];
  const address = proxyAddr(peer, isTrusted);
  // What a trusted proxy was told by somebody may be no address at all.
  return networkOf(isIP(address) ? address : remoteAddress);
}

/** @throws TypeError that says which of them is none */
export function checkTrustedProxies(trustedProxies: string[]): void {
  proxyAddr.compile(trustedProxies);
}

/** Of this machine or this network, so most likely a proxy of the operator's. */
function isNeighbour(address: string): boolean {
  return (
    ipaddr.isValid(address) &&
    ["loopback", "private", "uniqueLocal", "linkLocal"].includes(ipaddr.process(address).range())
  );
}

/**
 * The key of a client for limits: an IPv4 address, or the IPv6 network of 64 bits, which is one customer's.
 * @param address undefined and what is no address give undefined
 */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined || !ipaddr.isValid(address)) return undefined;
  // An IPv4 address in IPv6's clothes (::ffff:203.0.113.7) is an IPv4 address.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}
