/** The configuration of the server and the commands: the only file that reads the environment. */
import { z } from "zod";
import { OperatorError } from "./errors.ts";
import { connectionString, cookieName, origin, publicUrl, sessionTtl } from "./options.ts";

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]$/, "takes a number and a unit: 90s, 30m, 24h or 7d")
  .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] as number))
  .pipe(sessionTtl);

const environment = z.object({
  PORT: z
    .string()
    .regex(
      /^(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
      "takes a port from 0 to 65535 (0: any free one)",
    )
    .transform(Number)
    .default(3_000),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: publicUrl.optional(),
  ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(origin)),
  DATABASE_URL: connectionString.optional(),
  DATABASE_PREPARE: z.enum(["on", "off"], "takes on or off").default("on"),
  DATA_DIR: z.string().default(".torioki"),
  MIGRATE_ON_START: z.enum(["on", "off"], "takes on or off").default("on"),
  SESSION_TTL: duration.default(86_400),
  FORMER_COOKIE_NAME: cookieName.optional(),
  LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "takes fatal, error, warn, info, debug, trace or silent",
    )
    .default("info"),
  NODE_ENV: z.string().optional(),
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
    logLevel: values.LOG_LEVEL,
    isProduction: values.NODE_ENV === "production",
    isRunByNpm: env.npm_lifecycle_event !== undefined,
  };
}

function shown(name: string, env: Record<string, string | undefined>): string {
  return name === "DATABASE_URL" ? "" : `, not ${JSON.stringify(env[name])}`;
}
