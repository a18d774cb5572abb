/** A real HTTP server that misbehaves as a network, a proxy and a busy server do: one step of its script for each request. */
import { createServer, type ServerResponse } from "node:http";
import { afterAll } from "vitest";

export type Arrived = { method: string; path: string; key: string | undefined; body: string };
export type Step =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  /** Reads the request, and ends the connection without a word, with nothing, or with half of an answer. */
  | "reset"
  | "half an answer"
  /** Reads the request and never answers. */
  | "hang"
  /** Lets nobody in from now on, this request's connection included. */
  | "close";

export type ScriptedServer = {
  url: string;
  /** Every request that was read to its end. */
  arrived: Arrived[];
  close(): Promise<void>;
};

const open = new Set<ScriptedServer>();
afterAll(async () => {
  for (const server of open) await server.close();
});

/** @param script the last step goes on for ever */
export async function startScripted(...script: Step[]): Promise<ScriptedServer> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const step = script[Math.min(arrived.length, script.length - 1)] as Step;
    const { method = "", url: path = "", headers } = request;
    arrived.push({ method, path, key: headers["idempotency-key"] as string | undefined, body });
    take(step, response);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  function take(step: Step, response: ServerResponse): void {
    if (step === "hang") return;
    if (step === "close") void close();
    else if (step === "reset") response.socket?.destroy();
    else if (step === "half an answer") {
      response.writeHead(201, { "Content-Type": "application/json", "Content-Length": "100" });
      response.write('{"items":', () => response.socket?.destroy());
    } else {
      const { status, headers = {}, body = "" } = step;
      const isText = typeof body === "string";
      response.writeHead(status, {
        "Content-Type": isText ? "text/html" : "application/json",
        Connection: "close",
        ...headers,
      });
      response.end(isText ? body : JSON.stringify(body));
    }
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${port}`,
    arrived,
    close: async () => {
      open.delete(scripted);
      await close();
    },
  };
  open.add(scripted);
  return scripted;
}
