/** The settings that the library's options and the server's environment share, with what each of them takes. */
import pg from "pg";
import { z } from "zod";

const parsed = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);

export const origin = z.string().refine((text) => parsed(text)?.origin === text, {
  error: "takes origins such as https://shop.example, without a path",
});

export const publicUrl = z.string().refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ""), {
  error: "takes an address such as https://order.example",
});

export const jwksUrl = z.string().refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ""), {
  error: "takes the address of a key set such as https://login.example/.well-known/jwks.json",
});

/** Keyed hashes belong to a shared secret, signatures to published keys: the one must never be taken for the other. */
export const jwtAlgorithms = {
  secret: ["HS256", "HS384", "HS512"],
  jwksUrl: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
};

export const connectionString = z.string().superRefine((text, context) => {
  const isReadable = /^postgres(ql)?:\/\//.test(text) && canBeRead(text);
  if (isReadable && !isCutInPassword(text)) return;
  const usual = "takes a connection string such as postgres://user:password@host:5432/database";
  const encode =
    "; in the password write special characters percent-encoded: / as %2F, ? as %3F, # as %23, @ as %40, % as %25";
  context.addIssue(usual + (/^postgres.*@/.test(text) ? encode : ""));
});

/** As the driver reads it, Unix sockets included. */
function canBeRead(text: string): boolean {
  try {
    return new pg.Client(text) !== undefined;
  } catch {
    return false;
  }
}

/**
 * In `postgres://user:12/3@host/db` the URL's host ends at the slash: host `user`, port 12. The `@` that comes after it and
 * before any value of the query shows that a password was meant.
 */
function isCutInPassword(text: string): boolean {
  const [, mark, rest = ""] = /^\w+:\/\/[^/?#@]*([/?#])(.*)$/.exec(text) ?? [];
  return (rest.split(mark === "?" ? "=" : "?")[0] as string).includes("@");
}

const host = String.raw`(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?`;
/** One node, or the nodes and the watched master's name for Sentinel, or some nodes of a Cluster. */
export const REDIS_URL = new RegExp(
  String.raw`^(?<scheme>rediss?)(\+(?<kind>sentinel|cluster))?://((?<user>[^:@/]*)(:(?<password>[^@/]*))?@)?(?<hosts>${host}(,${host})*)(?<path>[\w./-]*)(\?(?<query>.*))?$`,
  "i",
);

export const redisUrl = z.string().refine(isRedisUrl, {
  error:
    "takes redis://host:6379, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379 (rediss: with TLS)",
});

function isRedisUrl(url: string): boolean {
  const groups = REDIS_URL.exec(url)?.groups;
  if (!groups) return false;
  const { kind, user = "", password = "", hosts = "", path = "" } = groups;
  if (hosts.split(",").some((one) => Number(/:(\d+)$/.exec(one)?.[1] ?? 1) > 65_535)) return false;
  if ([user, password].some((text) => /%(?![0-9a-f]{2})/i.test(text))) return false;
  if (kind === "cluster") return /^\/?$/.test(path);
  if (kind === "sentinel") return /^\/[\w.-]+(\/\d{1,3})?\/?$/.test(path);
  return !hosts.includes(",") && /^(\/\d{1,3})?\/?$/.test(path);
}

export const cookieName = z.string().regex(/^[\w.-]+$/, "takes the name of a cookie");

/** Characters of a secret that signs; a shorter one can be guessed from what it has signed. */
export const LEAST_SECRET = 32;

/** How a line that both carts have is merged at the hand-over. */
export const strategy = z.enum(
  ["sum", "max", "guest_wins", "user_wins"],
  "takes sum, max, guest_wins or user_wins",
);
export type Strategy = z.infer<typeof strategy>;

export const metricsToken = z.string().min(16, "takes at least 16 characters");

/** So many in so many seconds. */
export type Rate = { most: number; seconds: number };
/** Per client: sessions made, look-ups that found none, catalog reads. Per session or user: changes. */
export type RateLimits = { sessions: Rate; failures: Rate; reads: Rate; writes: Rate };

/** Far above what people do, also where thousands of them share one address; far below what fills a disk. */
export const usualLimits: RateLimits = {
  sessions: { most: 1_000, seconds: 600 },
  failures: { most: 1_000, seconds: 600 },
  reads: { most: 6_000, seconds: 60 },
  writes: { most: 300, seconds: 60 },
};

export const rate = z.strictObject(
  {
    most: z.int().min(1).max(1_000_000_000),
    seconds: z
      .int()
      .min(1)
      .max(7 * 86_400),
  },
  "takes most and seconds, both whole numbers",
);

/** In seconds. */
export const sessionTtl = z
  .int("takes whole seconds")
  .min(1, "is at least 1 second")
  .max(365 * 86_400, "is at most 365 days");
