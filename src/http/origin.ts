/**
 * Refuses changes that another site's page sends with a visitor's cookie (OWASP CSRF cheat sheet, "Fetch Metadata").
 * `SameSite=Lax` alone does not stop a sibling domain.
 */
import { ToriokiError } from "../errors.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * CONTRACT section 4: where `Sec-Fetch-Site` is sent it decides, else `Origin` does; neither means no browser.
 * An origin of `allowed` passes in both cases.
 * @param ownOrigin the server's own as browsers see it; undefined: the one that the request was sent to
 * @throws ToriokiError `cross_origin`
 */
export function refuseCrossOrigin(request: Request, allowed: ReadonlySet<string>, ownOrigin?: string): void {
  if (READS.has(request.method)) return;
  const site = request.headers.get("Sec-Fetch-Site");
  const origin = request.headers.get("Origin");
  if (site === null && origin === null) return;
  if (origin !== null && allowed.has(origin)) return;
  if (site === null ? origin === (ownOrigin ?? new URL(request.url).origin) : site === "same-origin") return;
  throw new ToriokiError("cross_origin");
}
