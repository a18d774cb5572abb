/** `torioki/client` as a browser's page and as an app have it, against a running server. */
import pg from "pg";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, expect } from "vitest";
import {
  type Client,
  type ClientError,
  type ClientOptions,
  createClient,
  type TokenStorage,
} from "../../src/client/client.ts";
import { createPostgres } from "./database.ts";
import { type RunningProcess, startTorioki } from "./process.ts";

export const modes = ["cookie", "header", "header, storage that waits"] as const;
export type Mode = (typeof modes)[number];

/** One answer, in short: `POST /api/guest/cart/add 201`. */
export type Log = string[];

export type Shopper = {
  client: Client;
  /** What was answered, in order. */
  log: Log;
  jar: CookieJar;
  tokens: TokenStorage | undefined;
};

export type ShopperOptions = ClientOptions & {
  /** The same one for two: two tabs of one browser. */
  jar?: CookieJar;
  /** Headers that a page cannot set itself. */
  sends?: Record<string, string>;
  /** Waited for before a request is sent. */
  before?: (path: string) => Promise<void>;
};

/** Node's `fetch` with what a browser, or React Native's, adds: a cookie jar, and in pages the headers of a page. */
export function newShopper(url: string, mode: Mode, options: ShopperOptions = {}): Shopper {
  const { jar = new CookieJar(), sends = {}, before = async () => {}, ...rest } = options;
  const log: Log = [];
  const page: Record<string, string> =
    mode === "cookie" ? { Origin: url, "Sec-Fetch-Site": "same-origin" } : {};
  const tokens = mode === "cookie" ? undefined : (options.tokens ?? tokenStorage(mode !== "header"));
  const client = createClient({
    baseUrl: url,
    ...rest,
    tokens,
    fetch: async (address, init) => {
      const { pathname } = new URL(address);
      await before(pathname);
      const cookie = await jar.getCookieString(address);
      const headers = {
        ...(init.headers as object),
        ...(cookie ? { Cookie: cookie } : {}),
        ...page,
        ...sends,
      };
      const response = await fetch(address, { ...init, headers });
      for (const set of response.headers.getSetCookie()) await jar.setCookie(set, address);
      log.push(`${init.method} ${pathname} ${response.status}`);
      return response;
    },
  });
  return { client, log, jar, tokens };
}

function tokenStorage(waits: boolean): TokenStorage {
  let kept: string | null = null;
  const wait = () => new Promise((resolve) => setTimeout(resolve, 2));
  if (!waits) {
    return {
      get: () => kept,
      set: (token) => {
        kept = token;
      },
    };
  }
  return {
    get: async () => {
      await wait();
      return kept;
    },
    set: async (token) => {
      await wait();
      kept = token;
    },
  };
}

export type Held = { server: RunningProcess; query: pg.Pool["query"] };

/** A server with the tests' catalog for the whole file, and its database. */
export function useServer(env: Record<string, string> = {}): Held {
  const held = {} as Held;
  let pool: pg.Pool;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createPostgres(false, "postgres-18");
    drop = database.drop;
    pool = new pg.Pool({ connectionString: database.source });
    held.query = pool.query.bind(pool);
    held.server = await startTorioki({ DATABASE_URL: database.source, AUTH_SECRET: "s".repeat(32), ...env });
  });
  afterAll(async () => {
    await held.server.stop();
    await pool.end();
    await drop();
  });
  return held;
}

/** @returns what it was refused with */
export function refusalOf(call: Promise<unknown>): Promise<ClientError> {
  return call.then(
    () => expect.fail("it was not refused"),
    (error: ClientError) => error,
  );
}

/** Menu and quantity of every line. */
export const linesOf = ({ items }: { items: { menu_id: number; quantity: number }[] }) =>
  items.map(({ menu_id, quantity }) => [menu_id, quantity]);
