/** The cookies of the server's own accounts: their names, and what is refused before one of them is believed. */
import { ToriokiError } from "../errors.ts";

/**
 * What their names begin with. Over HTTPS it is `__Host-torioki`: a browser takes such a cookie from this host alone, and from
 * no sibling domain (RFC 6265bis, 4.1.3.2).
 */
export const cookiePrefix = (isSecure: boolean): string => (isSecure ? "__Host-torioki" : "torioki");

/**
 * Refuses two cookies of one name that differ. One of them was planted by whoever can set cookies for a sibling domain, and a
 * library that took the first would log the visitor into the planter's account.
 * @throws ToriokiError `credential_conflict`
 */
export function refuseTwoLogins(headers: Headers, prefix: string): void {
  const seen = new Map<string, string>();
  for (const part of (headers.get("Cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    // better-auth reads names and values without the spaces around them.
    const name = part.slice(0, at).trim();
    if (at === -1 || !name.startsWith(`${prefix}.`)) continue;
    const value = part.slice(at + 1).trim();
    if ((seen.get(name) ?? value) !== value) throw new ToriokiError("credential_conflict");
    seen.set(name, value);
  }
}
