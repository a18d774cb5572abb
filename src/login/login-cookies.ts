/** The cookies of the server's own accounts: their names, and what is refused before one of them is believed. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { ToriokiError } from "../errors.ts";
import { cookieValues } from "../http/credential.ts";

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

/**
 * Whether a request carries a login that this server has signed; the database alone knows whether it still counts. better-auth would
 * say the same, but it makes its routes anew for every request (1.7, half a millisecond), and most visitors are not logged in.
 */
export function hasSignedLogin(headers: Headers, prefix: string, secret: string): boolean {
  const values = cookieValues(headers.get("Cookie") ?? "", `${prefix}.session_token`);
  return values.some((value) => isSigned(decode(value), secret));
}

/** The form of signed cookies in better-call, which better-auth is made with: the value, a dot, its HMAC-SHA-256 in base64. */
function isSigned(cookie: string, secret: string): boolean {
  const dot = cookie.lastIndexOf(".");
  if (dot < 1) return false;
  const signature = Buffer.from(cookie.slice(dot + 1), "base64");
  const ours = createHmac("sha256", secret).update(cookie.slice(0, dot)).digest();
  return signature.length === ours.length && timingSafeEqual(signature, ours);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
