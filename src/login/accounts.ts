/**
 * The server's own accounts: e-mail and password by better-auth, in our database, at `/api/auth`. Only where `users` is
 * Torioki's table (migration 0007); a host with users of its own has a login of its own.
 */
import type { BetterAuthOptions } from "better-auth";
import type { Redis } from "../cache/redis.ts";
import { ask } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { hasLogins } from "../db/logins.ts";
import { OperatorError, ToriokiError } from "../errors.ts";
import type { AuthHandler } from "../http/auth.ts";
import type { Authenticate } from "../http/user.ts";
import { lazily } from "../lazily.ts";
import type { Logger } from "../logger.ts";
import type { Torioki } from "../torioki.ts";
import { Devices } from "./devices.ts";
import { type AccountRates, Entrance } from "./entrance.ts";
import { HashQueue, hashLimits } from "./hash-queue.ts";
import { cookiePrefix, hasSignedLogin, refuseTwoLogins } from "./login-cookies.ts";
import type { Passwords } from "./passwords.ts";

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
  /** Where tries are counted, for all replicas together. */
  redis: Redis | undefined;
  /** How often a client may sign up and sign in; false: as often as it likes. */
  accountRates: false | AccountRates;
  /** How many processes serve, and share the cores that passwords are hashed on. */
  processes: number;
  torioki: () => Pick<Torioki, "handOverAtLogin">;
};

const SIGN_UP = "POST /api/auth/sign-up/email";
const SIGN_IN = "POST /api/auth/sign-in/email";
const GET_SESSION = "GET /api/auth/get-session";

/** better-auth has many more; what is not needed to log in is not there. */
const CALLS = new Set([SIGN_UP, SIGN_IN, "POST /api/auth/sign-out", GET_SESSION]);

/**
 * Opens no account before the database has said that it has the tables for them: a host's own `users` is never written to.
 * better-auth itself is loaded by the first login: it would make the start of the server, and its first cart, wait for a
 * third of a second.
 * @throws OperatorError where better-auth, an optional dependency, is not installed
 */
export function openAccounts(options: AccountsOptions): Accounts {
  requireInstalled();
  const login = lazily(() => load(options));
  const isSecure = isHttps(options);
  const prefix = cookiePrefix(isSecure);
  const entrance = new Entrance(
    new Devices(prefix, isSecure, options.secret),
    options.accountRates,
    options.redis,
  );
  let areOn = false;
  /** Asked until the answer is yes, which stays so. */
  const canBeUsed = async () => {
    areOn ||= (await ask(options.db, hasLogins)) ?? false;
    return areOn;
  };
  return {
    authenticate: async (request) => {
      refuseTwoLogins(request.headers, prefix);
      const hasLogin = hasSignedLogin(request.headers, prefix, options.secret) && (await canBeUsed());
      return hasLogin ? (await login()).authenticate(request) : null;
    },
    authHandler: async (request, { client }) => {
      const call = `${request.method} ${new URL(request.url).pathname}`;
      if (!CALLS.has(call) || !(await canBeUsed())) throw new ToriokiError("not_found");
      refuseTwoLogins(request.headers, prefix);
      if (call === GET_SESSION && !hasSignedLogin(request.headers, prefix, options.secret))
        return Response.json(null);
      const { handler, passwords } = await login();
      if (call === SIGN_UP) return entrance.signUp({ request, client, passwords, handler });
      if (call === SIGN_IN) return entrance.signIn({ request, client, passwords, handler });
      return handler(request);
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

function requireInstalled(): void {
  try {
    import.meta.resolve("better-auth");
  } catch (cause) {
    throw new OperatorError(
      "accounts need better-auth: run `npm install better-auth`, or set AUTH_JWKS_URL or AUTH_JWT_SECRET",
      { cause },
    );
  }
}

async function load(options: AccountsOptions) {
  const { betterAuth } = await import("better-auth");
  const { authenticateWith, guestCartHandOver } = await import("./better-auth.ts");
  const { endFormerSession } = await import("./former-session.ts");
  const { Passwords } = await import("./passwords.ts");
  const passwords = new Passwords(new HashQueue(hashLimits(options.processes)));
  const auth = betterAuth({
    ...settings(options, passwords),
    plugins: [endFormerSession(), guestCartHandOver(options.torioki)],
  });
  const handler = (request: Request) =>
    auth.handler(request).catch((error) => {
      throw error instanceof ToriokiError ? error : withoutData(error);
    });
  return { authenticate: authenticateWith(auth), handler, passwords };
}

/** PostgreSQL names the values that it refuses, an e-mail address for one, in an error's other fields. */
function withoutData(error: Error & { code?: string }): Error {
  const { message, code, stack } = error;
  return Object.assign(new Error(message), { code, stack });
}

const isHttps = ({ publicUrl }: AccountsOptions) => publicUrl?.startsWith("https:") ?? false;

const times = { createdAt: "created_at", updatedAt: "updated_at" };

function settings(options: AccountsOptions, passwords: Passwords) {
  const { db, secret, publicUrl, allowedOrigins, logger } = options;
  const isSecure = isHttps(options);
  return {
    appName: "Torioki",
    secret,
    // No call of ours sends a link or redirects, so an address that nobody has told us is not needed.
    baseURL: publicUrl === undefined ? "http://localhost" : new URL(publicUrl).origin,
    basePath: "/api/auth",
    trustedOrigins: allowedOrigins,
    // A sign-up that is cut off must not leave a user behind who has no password.
    database: { db, type: "postgres", transaction: true },
    emailAndPassword: { enabled: true, password: passwords.hooks },
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
      cookiePrefix: cookiePrefix(isSecure),
      // It would put `__Secure-` before any name, also before `__Host-`.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure },
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
