/**
 * Refuses changes that another site's page sends with a visitor's cookie (OWASP CSRF cheat sheet, "Fetch Metadata").
 * `SameSite=Lax` alone does not stop a sibling domain.
 */
import { ToriokiError } from "../errors.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * CONTRACT section 4: where `Sec-Fetch-Site` is sent it decides, else `Origin` does; neither means no browser.
 * An origin of `allowed` passes in both cases.
 * @param publicUrl the server's own address as browsers see it; without it, the one that the request was sent to
 * @throws ToriokiError `cross_origin`
 */
export function refuseCrossOrigin(request: Request, allowed: ReadonlySet<string>, publicUrl?: string): void {
  if (READS.has(request.method)) return;
  const site = request.headers.get("Sec-Fetch-Site");
  const origin = request.headers.get("Origin");
  if (site === null && origin === null) return;
  if (origin !== null && allowed.has(origin)) return;
  const own = new URL(publicUrl ?? request.url).origin;
  if (site === null ? origin === own : site === "same-origin") return;
  throw new ToriokiError("cross_origin");
}
