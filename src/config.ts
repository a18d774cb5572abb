/** The configuration of the server and the commands: the only file that reads the environment. */
import { z } from "zod";
import { OperatorError } from "./errors.ts";

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "takes origins such as https://shop.example, separated by commas",
});

const httpUrl = z
  .string()
  .refine((text) => /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ""), {
    error: "takes an address such as https://order.example",
  });

const postgresUrl = z
  .string()
  .refine((text) => /^postgres(ql)?:$/.test(URL.canParse(text) ? new URL(text).protocol : ""), {
    error: "takes a connection string such as postgres://user:password@host:5432/database",
  });

const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]$/, "takes a number and a unit: 90s, 30m, 24h or 7d")
  .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] as number))
  .refine((seconds) => seconds <= 365 * 86_400, "is at most 365d");

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
  PUBLIC_URL: httpUrl.optional(),
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
  DATABASE_URL: postgresUrl.optional(),
  DATA_DIR: z.string().default(".torioki"),
  MIGRATE_ON_START: z.enum(["on", "off"], "takes on or off").default("on"),
  SESSION_TTL: duration.default(86_400),
  FORMER_COOKIE_NAME: z
    .string()
    .regex(/^[\w.-]+$/, "takes the name of a cookie")
    .optional(),
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
  dataDir: string;
  migrateOnStart: boolean;
  /** seconds */
  sessionTtl: number;
  formerCookieName: string | undefined;
  logLevel: string;
  isProduction: boolean;
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
    dataDir: values.DATA_DIR,
    migrateOnStart: values.MIGRATE_ON_START === "on",
    sessionTtl: values.SESSION_TTL,
    formerCookieName: values.FORMER_COOKIE_NAME,
    logLevel: values.LOG_LEVEL,
    isProduction: values.NODE_ENV === "production",
  };
}

function shown(name: string, env: Record<string, string | undefined>): string {
  return name === "DATABASE_URL" ? "" : `, not ${JSON.stringify(env[name])}`;
}
