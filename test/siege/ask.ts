/** One GET on a connection of its own, from the watcher's address, as an orchestrator asks. */
import { request } from "node:http";
import { NETWORKS } from "./target.ts";

/**
 * @param patience milliseconds
 * @returns the status
 * @throws Error where there is no whole answer
 */
export function askStatus(port: number, path: string, patience: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        path,
        localAddress: `127.${NETWORKS.watcher}.0.1`,
        agent: false,
        timeout: patience,
      },
      (response) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => resolve(response.statusCode as number));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${patience / 1_000} s`)));
    asked.on("error", reject);
    asked.end();
  });
}
