/** The guest session credential (CONTRACT section 3): read from cookie and header, written as a cookie. */
import { serialize } from "hono/utils/cookie";
import { ToriokiError } from "../errors.ts";
import type { Session } from "../guest-sessions/contract.ts";

export type CookieOptions = {
  /** Served over HTTPS: the cookie is `Secure` and carries the `__Host-` prefix, which no sibling domain can set. */
  isSecure: boolean;
  /** The name of another program's cookie, read beside ours for the first day after its tables were taken over. */
  formerName?: string | undefined;
};

const NAME = "guest_session_id";
const HEADER = "X-Guest-Session";

export class Credential {
  readonly isSecure: boolean;
  readonly #name: string;
  readonly #formerName: string | undefined;

  constructor({ isSecure, formerName }: CookieOptions) {
    this.#name = isSecure ? `__Host-${NAME}` : NAME;
    this.isSecure = isSecure;
    this.#formerName = formerName === this.#name ? undefined : formerName;
  }

  /**
   * The token that a request carries, well-formed or not.
   * @throws ToriokiError `credential_conflict` where it carries two that differ, be it in two cookies of one name or in
   *   cookie and header: choosing one of them would let whoever planted it choose the cart.
   */
  read(headers: Headers): string | undefined {
    const cookie = headers.get("Cookie") ?? "";
    let tokens = cookieValues(cookie, this.#name);
    if (tokens.length === 0 && this.#formerName) tokens = cookieValues(cookie, this.#formerName);
    // The values of a header that is there twice come joined; no token has a comma.
    const header = headers.get(HEADER);
    if (header !== null) tokens.push(...header.split(", "));
    if (tokens.some((token) => token !== tokens[0])) throw new ToriokiError("credential_conflict");
    return tokens[0];
  }

  /** Whether a request carries its token in our cookie, so that a browser must be told when it is worth nothing any more. */
  isCookie(headers: Headers): boolean {
    return cookieValues(headers.get("Cookie") ?? "", this.#name).length > 0;
  }

  /** `Set-Cookie` for a session that was just made. Its age comes from the database's clock alone. */
  write(token: string, session: Session): string {
    const maxAge = Math.floor((Date.parse(session.expires_at) - Date.parse(session.created_at)) / 1_000);
    return this.#serialize(token, maxAge);
  }

  /** `Set-Cookie` that makes a browser forget the cookie. */
  clear(): string {
    return this.#serialize("", 0);
  }

  #serialize(value: string, maxAge: number): string {
    return serialize(this.#name, value, {
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
      maxAge,
      ...(this.isSecure ? { secure: true } : {}),
    });
  }
}

export function cookieValues(header: string, name: string): string[] {
  const values: string[] = [];
  for (const part of header.split(";")) {
    const pair = part.trim();
    if (pair.startsWith(name) && pair[name.length] === "=") values.push(pair.slice(name.length + 1));
  }
  return values;
}
