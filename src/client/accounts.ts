/** The server's own accounts with e-mail and password (docs/logins.md), as better-auth answers them. */
import type { CallFunction, CallOptions } from "./request.ts";

export type Account = { id: string; name: string; email: string };

export type Accounts = {
  /** Who is logged in; null for nobody. */
  get(options?: CallOptions): Promise<Account | null>;
  /**
   * Makes an account and logs in. The guest's cart goes with it: `receipts()` says what came. Refused with better-auth's code, e.g.
   * `USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL`, or with Torioki's, e.g. `password_too_common`.
   */
  signUp(body: { name: string; email: string; password: string }, options?: CallOptions): Promise<Account>;
  /** Logs in; the guest's cart goes with it. Refused with better-auth's code, e.g. `INVALID_EMAIL_OR_PASSWORD`. */
  signIn(body: { email: string; password: string }, options?: CallOptions): Promise<Account>;
  signOut(options?: CallOptions): Promise<void>;
};

type Answer = { user: Account };

export function accountsOf(call: CallFunction): Accounts {
  const enter = async (path: string, body: object, options?: CallOptions) =>
    accountOf(await call<Answer>("POST", path, body, options));
  return {
    get: async (options) => {
      const answer = await call<Answer | null>("GET", "/api/auth/get-session", undefined, options);
      return answer && accountOf(answer);
    },
    signUp: (body, options) => enter("/api/auth/sign-up/email", body, options),
    signIn: (body, options) => enter("/api/auth/sign-in/email", body, options),
    signOut: (options) => call("POST", "/api/auth/sign-out", {}, options),
  };
}

function accountOf({ user: { id, name, email } }: Answer): Account {
  return { id, name, email };
}
