/**
 * The visitor's secret and what the server keeps of it. 48 random bytes (384 bits) make 64 URL-safe characters; only
 * their SHA-256 is stored. A fast hash is right here: there is nothing to guess in 384 bits (OWASP ASVS 5.0, 7.2.3).
 */
import { hash, randomBytes } from "node:crypto";
import { ToriokiError } from "../errors.ts";

const TOKEN = /^[A-Za-z0-9_-]{64}$/;

export function newToken(): string {
  return randomBytes(48).toString("base64url");
}

/** The session id that belongs to a token: 64 lower-case hex characters; undefined for what cannot be a token. */
export function idOfToken(token: string | undefined): string | undefined {
  return token !== undefined && TOKEN.test(token) ? hash("sha256", token, "hex") : undefined;
}

/**
 * The same where there must be one.
 * @throws ToriokiError `guest_session_required` for what cannot be a token; the same answer as for an unknown one.
 */
export function sessionIdOf(token: string | undefined): string {
  const id = idOfToken(token);
  if (id === undefined) throw new ToriokiError("guest_session_required");
  return id;
}
