/** Which addresses the app has routes for, whatever the method: for 405 and for the log. */
import { TrieRouter } from "hono/router/trie-router";
import type { App } from "./environment.ts";

export type Address = {
  /** The route's path; undefined where it leaves open what comes last (a login library's addresses). */
  pattern: string | undefined;
  /** The methods that it takes, as the header `Allow` has them. */
  allow: string;
};

/**
 * Finds the address that a path belongs to. The addresses have a router of their own: as routes for all methods they would
 * keep Hono from its fast router, which takes no `/session/convert` beside `/session/:session_id`.
 * @param app read at the first call, when it has all its routes
 */
export function addressesOf(app: App): (path: string) => Address | undefined {
  let router: TrieRouter<Address> | undefined;
  return (path) => {
    router ??= read(app);
    return router.match("ALL", path)[0][0]?.[0];
  };
}

function read(app: App): TrieRouter<Address> {
  const router = new TrieRouter<Address>();
  const routes = Map.groupBy(
    app.routes.filter(({ method }) => method !== "ALL"),
    ({ path }) => path,
  );
  // The first address that fits answers: `/session/convert` must come before `/session/:session_id`.
  const fixedFirst = [...routes].sort(([a], [b]) => Number(a.includes(":")) - Number(b.includes(":")));
  for (const [path, calls] of fixedFirst) {
    const methods = new Set(calls.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])));
    router.add("ALL", path, {
      pattern: path.endsWith("*") ? undefined : path,
      allow: [...methods].join(", "),
    });
  }
  return router;
}
