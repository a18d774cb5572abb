/**
 * The server's own accounts: e-mail and password by better-auth, in our database, at `/api/auth`. Only where `users` is
 * Torioki's table (migration 0007); a host with users of its own has a login of its own.
 */
import type { BetterAuthOptions } from "better-auth";
import { sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { OperatorError, ToriokiError } from "../errors.ts";
import type { AuthHandler } from "../http/auth.ts";
import type { Authenticate } from "../http/user.ts";
import type { Logger } from "../logger.ts";
import type { Torioki } from "../torioki.ts";
import { PasswordGuesses } from "./password-guesses.ts";

export type Accounts = {
  authenticate: Authenticate;
  /** Answers {@link CALLS}, and nothing else below `/api/auth`. */
  authHandler: AuthHandler;
  /** Whether the database has no tables for accounts (`users` is a host's own); undefined while it cannot be asked. */
  areOff: () => Promise<boolean | undefined>;
};

export type AccountsOptions = {
  db: Db;
  /** Signs the login's cookie; the same on every replica. */
  secret: string;
  publicUrl: string | undefined;
  allowedOrigins: string[];
  logger: Logger;
  torioki: () => Pick<Torioki, "handOverAtLogin">;
};

const SIGN_IN = "POST /api/auth/sign-in/email";

/** better-auth has many more; what is not needed to log in is not there. */
const CALLS = new Set([
  "POST /api/auth/sign-up/email",
  SIGN_IN,
  "POST /api/auth/sign-out",
  "GET /api/auth/get-session",
]);

/**
 * Opens no account before the database has said that it has the tables for them: a host's own `users` is never written to.
 * @throws OperatorError where better-auth, an optional dependency, is not installed
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { betterAuth } = await import("better-auth").catch((cause) => {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new OperatorError(
      "accounts need better-auth: run `npm install better-auth`, or set AUTH_JWKS_URL or AUTH_JWT_SECRET",
      { cause },
    );
  });
  const { authenticateWith, guestCartHandOver } = await import("./better-auth.ts");
  const auth = betterAuth({ ...settings(options), plugins: [guestCartHandOver(options.torioki)] });
  const authenticate = authenticateWith(auth);
  await auth.$context;

  const guesses = new PasswordGuesses();
  let areOn = false;
  /** Asked until the answer is yes, which stays so. */
  const canBeUsed = async () => {
    areOn ||= (await ask(options.db, hasTables)) ?? false;
    return areOn;
  };
  return {
    authenticate: async (request) => ((await canBeUsed()) ? authenticate(request) : null),
    authHandler: async (request) => {
      const call = `${request.method} ${new URL(request.url).pathname}`;
      if (!CALLS.has(call) || !(await canBeUsed())) throw new ToriokiError("not_found");
      const answer = (one: Request) =>
        auth.handler(one).catch((error) => {
          throw withoutData(error);
        });
      return call === SIGN_IN ? guesses.limit(request, answer) : answer(request);
    },
    areOff: async () => {
      try {
        return !(await canBeUsed());
      } catch (error) {
        if (error instanceof ToriokiError) return undefined;
        throw error;
      }
    },
  };
}

const hasTables: Statement<boolean> = sql`
  select to_json(to_regclass('torioki_login_sessions') is not null)::text as answer`;

/** PostgreSQL names the values that it refuses, an e-mail address for one, in an error's other fields. */
function withoutData(error: Error & { code?: string }): Error {
  const { message, code, stack } = error;
  return Object.assign(new Error(message), { code, stack });
}

const times = { createdAt: "created_at", updatedAt: "updated_at" };

function settings({ db, secret, publicUrl, allowedOrigins, logger }: AccountsOptions) {
  return {
    appName: "Torioki",
    secret,
    // No call of ours sends a link or redirects, so an address that nobody has told us is not needed.
    baseURL: publicUrl === undefined ? "http://localhost" : new URL(publicUrl).origin,
    basePath: "/api/auth",
    trustedOrigins: allowedOrigins,
    // A sign-up that is cut off must not leave a user behind who has no password.
    database: { db, type: "postgres", transaction: true },
    emailAndPassword: { enabled: true },
    user: { modelName: "users", fields: { emailVerified: "email_verified", ...times } },
    session: {
      modelName: "torioki_login_sessions",
      fields: {
        userId: "user_id",
        expiresAt: "expires_at",
        ipAddress: "ip_address",
        userAgent: "user_agent",
        ...times,
      },
    },
    account: {
      modelName: "torioki_login_accounts",
      fields: {
        userId: "user_id",
        accountId: "account_id",
        providerId: "provider_id",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
        ...times,
      },
    },
    verification: {
      modelName: "torioki_login_verifications",
      fields: { expiresAt: "expires_at", ...times },
    },
    advanced: {
      // Our migrations make the tables, and a test compares them; better-auth need not look at every start.
      database: { generateId: "serial", validateSchema: false },
      cookiePrefix: "torioki",
      useSecureCookies: publicUrl?.startsWith("https:") ?? false,
      // http/origin.ts has refused other sites before, by the contract's rule, which lets curl and apps in.
      disableCSRFCheck: true,
      disableOriginCheck: false,
      ipAddress: { disableIpTracking: true },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // A failure goes to whoever called, rather than to the console.
    onAPIError: { throw: true },
    logger: {
      level: "error",
      log: (level, message, ...details) => {
        const error = details.find((detail) => detail instanceof Error);
        // What stands after a colon is the caller's: an address, a link.
        const [what] = message.split(": ");
        logger[level === "debug" ? "info" : level](
          error ? { err: withoutData(error) } : {},
          `accounts: ${what}`,
        );
      },
    },
  } satisfies BetterAuthOptions;
}
