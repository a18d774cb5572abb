/** The configuration of the server and the commands: the only file that reads the environment. */
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { OperatorError } from "./errors.ts";
import { checkTrustedProxies } from "./http/client.ts";
import type { AccountRates } from "./login/entrance.ts";
import type { JwtOptions } from "./login/jwt.ts";
import {
  connectionString,
  cookieName,
  jwksUrl,
  jwtAlgorithms,
  LEAST_SECRET,
  metricsToken,
  origin,
  publicUrl,
  type Rate,
  type RateLimits,
  rate,
  redisUrl,
  type Strategy,
  sessionTtl,
  strategy,
  usualLimits,
} from "./options.ts";

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

export const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]$/, "takes a number and a unit: 90s, 30m, 24h or 7d")
  .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] as number))
  .pipe(sessionTtl);

const port = z
  .string()
  .regex(
    /^(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
    "takes a port from 0 to 65535 (0: any free one)",
  )
  .transform(Number);

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** So many in a time: `1000/10m`. */
const limit = z
  .string()
  .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,8}[smhd]$/, "takes a number and a time, such as 1000/10m")
  .transform((text): Rate => {
    const [most, time = ""] = text.split("/");
    return { most: Number(most), seconds: Number(time.slice(0, -1)) * (units[time.slice(-1)] as number) };
  })
  .pipe(rate);

const cron = z.string().refine((text) => text === "off" || isCron(text), {
  error: "takes five fields such as */5 * * * * (in UTC), or off",
});

function isCron(text: string): boolean {
  try {
    // The library's H, a minute by chance, would be another one in every process.
    return (
      text.trim().split(/\s+/).length === 5 &&
      !/(^|[\s,/-])H/i.test(text) &&
      CronExpressionParser.parse(text) !== undefined
    );
  } catch {
    return false;
  }
}

const proxies = list.superRefine((addresses, context) => {
  try {
    checkTrustedProxies(addresses);
  } catch {
    context.addIssue("takes addresses, ranges such as 10.0.0.0/8, loopback, linklocal or uniquelocal");
  }
});

const secret = z
  .string()
  .min(LEAST_SECRET, `takes at least ${LEAST_SECRET} characters, best from \`openssl rand -base64 48\``);

const variables = z.object({
  PORT: port.default(3_000),
  // An IPv6 address is written [::1] in a URL, and ::1 elsewhere; both are taken.
  HOST: z
    .string()
    .transform((text) => /^\[(.+)\]$/.exec(text)?.[1] ?? text)
    .default("127.0.0.1"),
  PUBLIC_URL: publicUrl.optional(),
  ALLOWED_ORIGINS: list.pipe(z.array(origin)),
  DATABASE_URL: connectionString.optional(),
  DATABASE_PREPARE: z.enum(["on", "off"], "takes on or off").default("on"),
  DATA_DIR: z.string().default(".torioki"),
  MIGRATE_ON_START: z.enum(["on", "off"], "takes on or off").default("on"),
  SESSION_TTL: duration.default(86_400),
  HAND_OVER_STRATEGY: strategy.default("sum"),
  AUTH_SECRET: secret.optional(),
  AUTH_JWKS_URL: jwksUrl.optional(),
  AUTH_JWT_SECRET: secret.optional(),
  AUTH_JWT_ALGORITHM: z
    .enum(Object.values(jwtAlgorithms).flat(), "takes one such as RS256, ES256 or HS256")
    .optional(),
  AUTH_JWT_ISSUER: z.string().optional(),
  AUTH_JWT_AUDIENCE: z.string().optional(),
  FORMER_COOKIE_NAME: cookieName.optional(),
  REDIS_URL: redisUrl.optional(),
  RATE_LIMIT: z.enum(["on", "off"], "takes on or off").default("on"),
  RATE_LIMIT_SESSIONS: limit.default(usualLimits.sessions),
  RATE_LIMIT_FAILURES: limit.default(usualLimits.failures),
  RATE_LIMIT_READS: limit.default(usualLimits.reads),
  RATE_LIMIT_WRITES: limit.default(usualLimits.writes),
  RATE_LIMIT_SIGN_UPS: limit.default({ most: 20, seconds: 600 }),
  RATE_LIMIT_SIGN_INS: limit.default({ most: 100, seconds: 600 }),
  TRUSTED_PROXIES: proxies,
  CLEANUP_CRON: cron.default("*/5 * * * *"),
  STOREFRONT: z.enum(["on", "off"], "takes on or off").default("on"),
  METRICS_TOKEN: metricsToken.optional(),
  METRICS_PORT: port.optional(),
  WEB_CONCURRENCY: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, "takes a whole number from 1 to 999")
    .transform(Number)
    .default(1),
  BATCH: z.enum(["on", "off"], "takes on or off").default("on"),
  LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "takes fatal, error, warn, info, debug, trace or silent",
    )
    .default("info"),
  NODE_ENV: z.string().optional(),
});

const environment = variables.superRefine((values, context) => {
  const refuse = (name: keyof typeof values, message: string) =>
    context.addIssue({ code: "custom", path: [name], message });
  if (values.WEB_CONCURRENCY > 1 && values.DATABASE_URL === undefined)
    refuse("WEB_CONCURRENCY", "needs DATABASE_URL: one process alone may open the embedded database");
  const [login, ...others] = (["AUTH_JWKS_URL", "AUTH_JWT_SECRET", "AUTH_SECRET"] as const).filter(
    (name) => values[name],
  );
  for (const other of others) refuse(other, `cannot stand beside ${login}`);
  if (login === undefined || login === "AUTH_SECRET") {
    for (const name of ["AUTH_JWT_ALGORITHM", "AUTH_JWT_ISSUER", "AUTH_JWT_AUDIENCE"] as const) {
      if (values[name]) refuse(name, "needs AUTH_JWKS_URL or AUTH_JWT_SECRET");
    }
    return;
  }
  const fitting = jwtAlgorithms[login === "AUTH_JWKS_URL" ? "jwksUrl" : "secret"];
  if (values.AUTH_JWT_ALGORITHM && !fitting.includes(values.AUTH_JWT_ALGORITHM)) {
    refuse("AUTH_JWT_ALGORITHM", `takes one of ${fitting.join(", ")} with ${login}`);
  }
});

export type Config = {
  port: number;
  host: string;
  publicUrl: string | undefined;
  allowedOrigins: string[];
  /** undefined: the embedded database in `dataDir` */
  databaseUrl: string | undefined;
  /** false behind a transaction pooler */
  prepare: boolean;
  dataDir: string;
  migrateOnStart: boolean;
  /** seconds */
  sessionTtl: number;
  formerCookieName: string | undefined;
  handOverStrategy: Strategy;
  /** Who is logged in: by a bearer JWT, or undefined for accounts of the server's own. */
  jwt: JwtOptions | undefined;
  /** Signs the cookie of the server's own accounts. */
  authSecret: string | undefined;
  redisUrl: string | undefined;
  /** false: no limits */
  rateLimit: false | RateLimits;
  /** Of a client, at the server's own accounts; false: no limits but the one on wrong passwords */
  accountRates: false | AccountRates;
  trustedProxies: string[];
  /** undefined: this process does not clean up. */
  cleanupCron: string | undefined;
  /** false: no page at `/` */
  storefront: boolean;
  metricsToken: string | undefined;
  /** undefined: with everything else */
  metricsPort: number | undefined;
  /** How many processes serve; from 2 on there is one more, which starts and watches them. */
  processes: number;
  /** false: every change and look-up is a statement of its own */
  batch: boolean;
  logLevel: string;
  isProduction: boolean;
  /** npm does not hand signals on: it ends its shell and leaves the server an orphan. */
  isRunByNpm: boolean;
};

/** All faults of the environment, one line each. */
export class ConfigError extends OperatorError {}

/**
 * Reads and checks the environment. An empty variable counts as unset.
 * @throws ConfigError with one line for every faulty variable; a value that may hold a password is not repeated
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const lines = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    throw new ConfigError(
      [...lines].map(([name, message]) => `${name} ${message}${shown(name, set)}`).join("\n"),
    );
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    allowedOrigins: values.ALLOWED_ORIGINS,
    databaseUrl: values.DATABASE_URL,
    prepare: values.DATABASE_PREPARE === "on",
    dataDir: values.DATA_DIR,
    migrateOnStart: values.MIGRATE_ON_START === "on",
    sessionTtl: values.SESSION_TTL,
    formerCookieName: values.FORMER_COOKIE_NAME,
    handOverStrategy: values.HAND_OVER_STRATEGY,
    jwt:
      values.AUTH_JWKS_URL || values.AUTH_JWT_SECRET
        ? {
            jwksUrl: values.AUTH_JWKS_URL,
            secret: values.AUTH_JWT_SECRET,
            algorithm: values.AUTH_JWT_ALGORITHM,
            issuer: values.AUTH_JWT_ISSUER,
            audience: values.AUTH_JWT_AUDIENCE,
          }
        : undefined,
    authSecret: values.AUTH_SECRET,
    redisUrl: values.REDIS_URL,
    rateLimit: values.RATE_LIMIT === "on" && {
      sessions: values.RATE_LIMIT_SESSIONS,
      failures: values.RATE_LIMIT_FAILURES,
      reads: values.RATE_LIMIT_READS,
      writes: values.RATE_LIMIT_WRITES,
    },
    accountRates: values.RATE_LIMIT === "on" && {
      signUps: values.RATE_LIMIT_SIGN_UPS,
      signIns: values.RATE_LIMIT_SIGN_INS,
    },
    trustedProxies: values.TRUSTED_PROXIES,
    cleanupCron: values.CLEANUP_CRON === "off" ? undefined : values.CLEANUP_CRON,
    storefront: values.STOREFRONT === "on",
    metricsToken: values.METRICS_TOKEN,
    metricsPort: values.METRICS_PORT,
    processes: values.WEB_CONCURRENCY,
    batch: values.BATCH === "on",
    logLevel: values.LOG_LEVEL,
    isProduction: values.NODE_ENV === "production",
    isRunByNpm: env.npm_lifecycle_event !== undefined,
  };
}

const MAY_BE_SECRET = new Set([
  "DATABASE_URL",
  "REDIS_URL",
  "AUTH_SECRET",
  "AUTH_JWT_SECRET",
  "METRICS_TOKEN",
]);

function shown(name: string, env: Record<string, string | undefined>): string {
  return MAY_BE_SECRET.has(name) ? "" : `, not ${JSON.stringify(env[name])}`;
}
