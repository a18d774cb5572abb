/**
 * Mounts a login library's own handler at `/api/auth`. What it answers, refusals included, is its own; but where it fails
 * (the database is away), the caller is told to come back.
 */
import { ToriokiError } from "../errors.ts";
import { readBytes } from "./body.ts";
import type { App, AppContext } from "./environment.ts";

export type AuthHandler = (request: Request) => Promise<Response>;

export function addAuthRoutes(app: App, handler: AuthHandler): void {
  const answer = async (c: AppContext, request: Request) => {
    const response = await handler(request).catch(unavailable);
    if (response.status >= 500) unavailable(new Error(`the login handler answered ${response.status}`));
    return c.newResponse(response.body, response);
  };
  app.get("/api/auth/*", (c) => answer(c, c.req.raw));
  app.post("/api/auth/*", async (c) => {
    // Read here, so that the limit on a body's size holds for one of undeclared length, too.
    const body = await readBytes(c.req.raw);
    return answer(c, new Request(c.req.raw, { body: body.length > 0 ? new Uint8Array(body) : null }));
  });
}

function unavailable(cause: unknown): never {
  throw new ToriokiError("authentication_unavailable", { cause });
}
