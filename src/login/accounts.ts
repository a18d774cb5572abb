/**
 * The server's own accounts: e-mail and password by better-auth, in our database, at `/api/auth`. Only where `users` is
 * Torioki's table (migration 0007); a host with users of its own has a login of its own.
 */
import type { BetterAuthOptions } from "better-auth";
import { sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { OperatorError, ToriokiError } from "../errors.ts";
import type { Authenticate } from "../http/user.ts";
import type { Logger } from "../logger.ts";
import type { Torioki } from "../torioki.ts";

export type Accounts = {
  authenticate: Authenticate;
  /** Answers `/api/auth/*`. */
  handler: (request: Request) => Promise<Response>;
};

export type AccountsOptions = {
  db: Db;
  /** Signs the login's cookie; at least 32 characters, the same on every replica. */
  secret: string;
  publicUrl: string | undefined;
  allowedOrigins: string[];
  logger: Logger;
  torioki: () => Pick<Torioki, "handOverAtLogin">;
};

/**
 * Whether the database has, or will have, the tables for accounts. One that cannot be asked yet (it is away, or is not
 * migrated) gets the benefit of the doubt: the server starts all the same, and is ready later.
 */
export async function hasAccounts(db: Db): Promise<boolean> {
  const found: Statement<boolean> = sql`
    select to_json(
      to_regclass('torioki_login_sessions') is not null
      or not exists (select from torioki_migrations where name = '0007_accounts')
    )::text as answer`;
  try {
    return (await ask(db, found)) ?? true;
  } catch (error) {
    if (error instanceof ToriokiError) return true;
    throw error;
  }
}

/** @throws OperatorError where better-auth, an optional dependency, is not installed */
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
  await auth.$context;
  return { authenticate: authenticateWith(auth), handler: auth.handler };
}

const times = { createdAt: "created_at", updatedAt: "updated_at" };

function settings({ db, secret, publicUrl, allowedOrigins, logger }: AccountsOptions) {
  return {
    appName: "Torioki",
    secret,
    // Nothing here sends a link or redirects, so an address that nobody has told us is not needed.
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
    logger: {
      level: "warn",
      log: (level, message, ...details) => {
        const [err] = details.filter((detail) => detail instanceof Error);
        logger[level === "debug" ? "info" : level]({ ...(err ? { err } : {}) }, `accounts: ${message}`);
      },
    },
  } satisfies BetterAuthOptions;
}
