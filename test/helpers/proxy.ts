import { connect, createServer } from "node:net";

/** A network between the server and its database that can be cut, or hang without a word. */
export async function startProxy(target: number) {
  const proxy = { mode: "pass" as "pass" | "cut" | "hang", port: 0, reset: () => {}, close: async () => {} };
  const pairs = new Set<() => void>();
  const server = createServer((client) => {
    if (proxy.mode === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const end = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(end);
    };
    pairs.add(end);
    client.on("data", (chunk) => {
      if (proxy.mode === "cut") end();
      else if (proxy.mode === "pass") upstream.write(chunk);
    });
    upstream.on("data", (chunk) => proxy.mode === "pass" && client.write(chunk));
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.port = (server.address() as { port: number }).port;
  /** Ends the connections that there are. */
  proxy.reset = () => {
    for (const end of pairs) end();
  };
  proxy.close = async () => {
    proxy.reset();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}
