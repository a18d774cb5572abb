/**
 * Mounts a login library's own handler at `/api/auth`. What it answers, refusals included, is its own; but where it fails
 * (the database is away), the caller is told to come back.
 */
import { currentDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { readJson } from "./body.ts";
import type { ClientOf } from "./client.ts";
import type { App, AppContext } from "./environment.ts";

export type AuthCall = {
  /** The client's key for limits; undefined where nobody knows its address. */
  client: string | undefined;
};

/** @param call what the server's own accounts need beside the request; a login library's handler ignores it */
export type AuthHandler = (request: Request, call: AuthCall) => Promise<Response>;

export function addAuthRoutes(app: App, handler: AuthHandler, clientOf: ClientOf): void {
  const answer = async (c: AppContext, method: string, body: string | null) => {
    const { url, headers } = c.req.raw;
    const client = clientOf(c.req.raw, c.env);
    const request = new Request(url, { method, headers, body });
    const handled = handler(request, { client });
    const late = "the login handler took longer than the request may";
    const response = await (currentDeadline()?.bound(late, handled) ?? handled).catch(unavailable);
    if (response.status >= 500) unavailable(new Error(`the login handler answered ${response.status}`));
    // Its headers may be frozen, and ours are to be added.
    return new Response(response.body, response);
  };
  app.get("/api/auth/*", (c) => answer(c, "GET", null));
  // The body is as strictly read as any other call's.
  app.post("/api/auth/*", async (c) => answer(c, "POST", textOf(await readJson(c.req.raw))));
}

/** JSON again, without the character that PostgreSQL takes in no text. */
function textOf(body: unknown): string | null {
  if (body === undefined) return null;
  return JSON.stringify(body, (field, value) => {
    if (typeof value !== "string" || !value.includes("\0")) return value;
    throw new ToriokiError("invalid_request", { errors: [{ field, detail: "must not contain U+0000" }] });
  });
}

function unavailable(cause: unknown): never {
  throw cause instanceof ToriokiError ? cause : new ToriokiError("authentication_unavailable", { cause });
}
