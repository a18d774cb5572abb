import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/process.ts";
import { type AppDependencies, createApp } from "../app.ts";
import { Metrics } from "../metrics.ts";
import { Credential } from "./credential.ts";
import { loadStorefront } from "./storefront.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const page = "<!doctype html><h1>Torioki</h1>".padEnd(500);
const newVisitors = "<!doctype html><h1>Welcome</h1>".padEnd(500);
const script = 'console.log("Torioki")'.padEnd(500);
const icon = "<svg xmlns='http://www.w3.org/2000/svg'/>".padEnd(500);
const rule = ":root>svg:not(:target){display:none}";
const picture = `<svg xmlns='http://www.w3.org/2000/svg'><style>${rule}</style></svg>`.padEnd(500);
beforeAll(() => {
  const files = {
    "index.html": page,
    "new-visitor.html": newVisitors,
    "assets/index-1.js": script,
    "pictures/kanda.svg": picture,
    "favicon.svg": icon,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    writeFileSync(`${file}.br`, brotliCompressSync(content));
    writeFileSync(`${file}.gz`, gzipSync(content));
  }
  writeFileSync(join(folder, "robots.txt"), "short");
});

/** The whole app; what the page's calls do not touch is left out. */
function appWith(storefront: AppDependencies["storefront"], more: Partial<AppDependencies> = {}) {
  const lines: object[] = [];
  const log = (line: object) => void lines.push(line);
  const app = createApp({
    credential: new Credential({ isSecure: true }),
    logger: { info: log, warn: log, error: log },
    metrics: new Metrics(),
    allowedOrigins: [],
    storefront,
    ...more,
  } as AppDependencies);
  return { app, lines };
}

/** As somebody asks who has been here before, unless told otherwise. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET", cookie = "a=b") {
  const { app } = appWith(loadStorefront(folder));
  if (cookie) headers = { ...headers, Cookie: cookie };
  const response = await app.request(path, { method, headers });
  return { response, status: response.status, header: (name: string) => response.headers.get(name) };
}

const everyAnswers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-request-id": expect.any(String),
};
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const filePolicy = "default-src 'none'; frame-ancestors 'none'";
/** With the hash of the one rule in the picture. */
const picturePolicy =
  "default-src 'none'; style-src 'sha256-rIO07B5IpwAXjuGnzRIyxGtYvmkSS4tJxF54rvBqwy4='; frame-ancestors 'none'";

describe("the page", () => {
  it.each(["/", "/stores/3", "/cart", "/account"])(
    "is at %s, with these headers and no others",
    async (path) => {
      const { response } = await get(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(page);
      expect(Object.fromEntries(response.headers)).toEqual({
        ...everyAnswers,
        "cache-control": "no-cache",
        "content-length": "500",
        "content-security-policy": pagePolicy,
        "content-type": "text/html; charset=utf-8",
        etag: expect.stringMatching(/^"[\w-]{22}"$/),
        vary: "Accept-Encoding, Cookie",
      });
    },
  );

  it("is another one for who comes without a cookie, and is kept apart from it", async () => {
    const { response, header } = await get("/cart", {}, "GET", "");
    expect(await response.text()).toBe(newVisitors);
    expect(header("vary")).toBe("Accept-Encoding, Cookie");
    expect(header("content-security-policy")).toBe(pagePolicy);
    const kept = { "If-None-Match": header("etag") as string };
    expect((await get("/cart", kept, "GET", "")).status).toBe(304);
    expect((await get("/cart", kept)).status).toBe(200);
  });

  it("is nowhere else", async () => {
    for (const path of [
      "/index.html",
      "/new-visitor.html",
      "/stores",
      "/stores/",
      "/stores/1/2",
      "/cart/",
      "/nothing",
    ]) {
      const { status, header } = await get(path);
      expect([path, status, header("content-type")]).toEqual([path, 404, "application/problem+json"]);
    }
  });

  it("is not sent again to who has it, and the policy stays as it is", async () => {
    const tag = (await get("/")).header("etag") as string;
    for (const kept of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const { response, header } = await get("/cart", { "If-None-Match": kept });
      expect([kept, response.status, await response.text()]).toEqual([kept, 304, ""]);
      expect(header("etag")).toBe(tag);
      expect(header("cache-control")).toBe("no-cache");
      expect(header("content-security-policy")).toBe(pagePolicy);
      expect(header("vary")).toBe("Accept-Encoding, Cookie");
      expect(header("content-type")).toBe(null);
    }
    expect((await get("/", { "If-None-Match": '"other"' })).status).toBe(200);
    // What is kept compressed is another thing.
    expect((await get("/", { "If-None-Match": tag, "Accept-Encoding": "br" })).status).toBe(200);
  });
});

describe("the files", () => {
  it.each([
    ["/assets/index-1.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", script],
    ["/pictures/kanda.svg", "image/svg+xml", "public, max-age=3600", picture, picturePolicy],
    ["/favicon.svg", "image/svg+xml", "public, max-age=3600", icon],
    ["/robots.txt", "text/plain; charset=utf-8", "public, max-age=3600", "short"],
  ])("%s is %s, kept: %s", async (path, type, cacheControl, content, policy = filePolicy) => {
    const { response } = await get(path);
    expect(await response.text()).toBe(content);
    expect(Object.fromEntries(response.headers)).toEqual({
      ...everyAnswers,
      "cache-control": cacheControl,
      "content-length": String(content.length),
      "content-security-policy": policy,
      "content-type": type,
      etag: expect.any(String),
      vary: "Accept-Encoding",
    });
    const etag = response.headers.get("etag") as string;
    expect((await get(path, { "If-None-Match": etag })).status).toBe(304);
  });

  it("that there are not are 404, and kept by nobody", async () => {
    const outside = ["/assets/../index.html", "/assets/%2e%2e/index.html", "/pictures/..%2findex.html"];
    for (const path of [
      "/assets/index-2.js",
      "/pictures/x.svg",
      "/assets/",
      "/assets/index-1.js.br",
      ...outside,
    ]) {
      const { status, header } = await get(path);
      expect([path, status, header("cache-control")]).toEqual([path, 404, "no-store"]);
      expect(header("content-type")).toBe("application/problem+json");
    }
  });

  it.each([
    [undefined, "identity"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["GZIP", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["gzip;q=0, br;q=0", "identity"],
    ["identity, br;q=0.5", "identity"],
    ["*", "br"],
    ["*;q=0", "identity"],
    ["deflate", "identity"],
  ])("for who accepts %s are sent as %s", async (accepted, encoding) => {
    const { response, header } = await get(
      "/",
      accepted === undefined ? {} : { "Accept-Encoding": accepted },
    );
    expect(header("content-encoding") ?? "identity").toBe(encoding);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(header("content-length")).toBe(String(bytes.length));
    const read = { br: brotliDecompressSync, gzip: gunzipSync, identity: (same: Buffer) => same }[encoding];
    expect(read?.(bytes).toString()).toBe(page);
  });

  it("have another tag in each encoding", async () => {
    const tags = ["br", "gzip", "identity"].map(async (encoding) => {
      return (await get("/", { "Accept-Encoding": encoding })).header("etag");
    });
    expect(new Set(await Promise.all(tags)).size).toBe(3);
  });

  it("have all their headers, and no body, for HEAD", async () => {
    for (const path of ["/", "/assets/index-1.js", "/pictures/kanda.svg"]) {
      const whole = await get(path, { "Accept-Encoding": "br" });
      const { response } = await get(path, { "Accept-Encoding": "br" }, "HEAD");
      expect(await response.text()).toBe("");
      const without = (headers: Headers) => ({ ...Object.fromEntries(headers), "x-request-id": "" });
      expect(without(response.headers)).toEqual(without(whole.response.headers));
    }
  });

  it("take no other method", async () => {
    for (const path of [
      "/",
      "/stores/1",
      "/cart",
      "/assets/index-1.js",
      "/pictures/kanda.svg",
      "/favicon.svg",
    ]) {
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
        const { status, header } = await get(path, {}, method);
        expect([path, status, header("allow")]).toEqual([path, 405, "GET, HEAD"]);
      }
    }
  });

  it("differ by origin, too, where other origins may read the answers", async () => {
    const { app } = appWith(loadStorefront(folder), { allowedOrigins: ["https://a.example"] });
    expect((await app.request("/")).headers.get("vary")).toBe("Origin, Accept-Encoding, Cookie");
  });
});

describe("without a build", () => {
  it("there is no storefront, and no page", async () => {
    expect(loadStorefront(join(folder, "assets"))).toBeUndefined();
    const { app } = appWith(undefined);
    for (const path of ["/", "/cart", "/assets/index-1.js", "/favicon.svg"])
      expect((await app.request(path)).status).toBe(404);
  });
});

it("the log and the figures name the page's addresses by their patterns", async () => {
  const { app, lines } = appWith(loadStorefront(folder));
  for (const path of ["/", "/stores/3", "/assets/index-1.js", "/assets/gone.js", "/favicon.svg", "/nothing"])
    await app.request(path);
  expect(lines.map((line) => (line as { route?: string }).route)).toEqual([
    "/",
    "/stores/:store_id",
    "/assets/*",
    "/assets/*",
    "/favicon.svg",
    undefined,
  ]);
});

it("the app keeps Hono's fast router", async () => {
  const { app } = appWith(loadStorefront(folder), {
    servesMetrics: true,
    authHandler: async () => new Response(),
  });
  await app.request("/");
  expect(app.router.name).toBe("SmartRouter + RegExpRouter");
});

describe("the page that is built", () => {
  const storefront = loadStorefront();

  it.each(["index.html", "new-visitor.html"])(
    "has nothing inline, and nothing from elsewhere: %s",
    (name) => {
      const html = readFileSync(`dist/web/${name}`, "utf8");
      for (const [, attributes = "", content = ""] of html.matchAll(
        /<script\b([^>]*)>([\s\S]*?)<\/script>/g,
      )) {
        expect(attributes).toMatch(/\bsrc="\/assets\/[^"]+"/);
        expect(content.trim()).toBe("");
      }
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<base|<meta http-equiv/i);
      const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address);
      expect(addresses.length).toBeGreaterThan(1);
      for (const address of addresses) expect([address, storefront?.has(address)]).toEqual([address, true]);
    },
  );

  it("has its pictures, and names its scripts and styles by what is in them", () => {
    const addresses = [...(storefront?.keys() ?? [])];
    expect(addresses).toEqual(
      expect.arrayContaining(["/", "/pictures/kanda.svg", "/pictures/stores.svg", "/pictures/states.svg"]),
    );
    for (const address of addresses.filter((one) => one.startsWith("/assets/")))
      expect(address).toMatch(/-[\w-]{8}\.(js|css|svg|png)$/);
  });

  it("asks for React's production build", () => {
    for (const [address, { forms }] of storefront ?? []) {
      if (address.endsWith(".js"))
        expect(Buffer.from(forms.at(-1)?.bytes ?? []).toString()).not.toMatch(/jsxDEV/);
    }
  });
});
