/**
 * The storefront page at `/` and its files, as `npm run build:web` makes them. They are read once, and looked up by their
 * address: no address can lead out of their folder.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAccept } from "hono/utils/accept";
import { ToriokiError } from "../errors.ts";
import { answer } from "./answer.ts";
import type { AnswerHeaders, App, AppContext } from "./environment.ts";

/** The page's files by address; the page itself is at `/`. */
export type Storefront = ReadonlyMap<string, StoredFile>;
type StoredFile = { type: string /** Smallest first; the last is the file as it is. */; forms: Form[] };
type Form = { encoding: "br" | "gzip" | "identity"; bytes: Uint8Array<ArrayBuffer>; etag: string };

/** What the page shows is up to its script; these are the addresses that a visitor may keep or send. */
const PAGES = ["/", "/stores/:store_id", "/cart", "/account"];

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};
/** The page for who comes without any cookie: it knows that there is no cart to ask for (src/web/main.tsx). */
const NEW_VISITOR = "/new-visitor.html";
const ENCODINGS = { br: ".br", gzip: ".gz", identity: "" } as const;

/** Its own files and nothing inline, whatever a dish is called; a shop may have its dishes' pictures elsewhere. */
const pageHeaders: AnswerHeaders = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
};
/** Their names change with what is in them. */
const assetHeaders: AnswerHeaders = { "Cache-Control": "public, max-age=31536000, immutable" };
const otherHeaders: AnswerHeaders = { "Cache-Control": "public, max-age=3600" };

/** Where the build is: `dist/web`, from `src/http` in a checkout and from `dist/http` in the package. */
const built = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/web" : "../web", import.meta.url),
);

/**
 * Reads the built page.
 * @returns undefined where there is none
 */
export function loadStorefront(folder = built): Storefront | undefined {
  if (!existsSync(join(folder, "index.html")) || !existsSync(join(folder, NEW_VISITOR))) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(names.map((file) => [addressOf(file.slice(folder.length)), read(file)]));
}

function addressOf(path: string): string {
  return path.replaceAll("\\", "/").replace(/^\/index\.html$/, "/");
}

function read(file: string): StoredFile {
  const forms = Object.entries(ENCODINGS)
    .filter(([, ending]) => existsSync(file + ending))
    .map(([encoding, ending]): Form => {
      const bytes = new Uint8Array(readFileSync(file + ending));
      const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
      return { encoding: encoding as Form["encoding"], bytes, etag };
    });
  return { type: TYPES[extname(file)] as string, forms };
}

export function addStorefront(app: App, storefront: Storefront): void {
  const get = (path: string, headers: AnswerHeaders) =>
    app.get(path, (c) => {
      const file = storefront.get(c.req.path);
      if (!file) throw new ToriokiError("not_found");
      return send(c, file, headers);
    });
  for (const path of PAGES) {
    app.get(path, (c) => {
      const address = c.req.header("Cookie") === undefined ? NEW_VISITOR : "/";
      return send(c, storefront.get(address) as StoredFile, pageHeaders, ", Cookie");
    });
  }
  get("/assets/*", assetHeaders);
  get("/pictures/*", { ...otherHeaders, "Content-Security-Policy": picturesPolicy(storefront) });
  const files = [...storefront.keys()].filter((address) => /^\/[^/]+$/.test(address));
  for (const address of files) if (address !== NEW_VISITOR) get(address, otherHeaders);
}

/** Nothing but the rules that are in the pictures when the server starts. A browser may hold a picture in a page to the picture's own policy. */
function picturesPolicy(storefront: Storefront): string {
  const rules = [...storefront]
    .filter(([address]) => address.startsWith("/pictures/"))
    .flatMap(
      ([, { forms }]) =>
        /<style>([^<]*)</.exec(Buffer.from((forms.at(-1) as Form).bytes).toString())?.[1] ?? [],
    );
  const hashes = new Set(
    rules.map((rule) => `'sha256-${createHash("sha256").update(rule).digest("base64")}'`),
  );
  return ["default-src 'none'", ["style-src", ...hashes].join(" "), "frame-ancestors 'none'"].join("; ");
}

/** @param variesBy what else than the encoding the answer depends on, for `Vary` */
function send(c: AppContext, { type, forms }: StoredFile, own: AnswerHeaders, variesBy = ""): Response {
  const { encoding, bytes, etag } = formFor(c.req.header("Accept-Encoding"), forms);
  const headers: AnswerHeaders = {
    ...own,
    ETag: etag,
    // The files have no language.
    Vary: (c.get("headers").Vary as string).replace("Accept-Language", `Accept-Encoding${variesBy}`),
  };
  // With all the headers: what a 304 says takes the place of what was kept (RFC 9111, 3.2), the policy among it.
  if (isKept(c.req.header("If-None-Match"), etag)) return answer(c, 304, null, headers);
  headers["Content-Type"] = type;
  headers["Content-Length"] = String(bytes.length);
  if (encoding !== "identity") headers["Content-Encoding"] = encoding;
  return answer(c, 200, bytes, headers);
}

/** The one with the greatest weight, of several the smallest (RFC 9110, 12.5.3). What is refused altogether is sent as it is. */
function formFor(header: string | undefined, forms: Form[]): Form {
  const plain = forms.at(-1) as Form;
  if (!header) return plain;
  const weights = new Map(parseAccept(header).map(({ type, q }) => [type.toLowerCase(), q]));
  // Who does not name the file as it is takes it, but rather anything else.
  const weightOf = ({ encoding }: Form) =>
    weights.get(encoding) ?? weights.get("*") ?? (encoding === "identity" ? 0.0001 : 0);
  const [best] = forms.filter((form) => weightOf(form) > 0).toSorted((a, b) => weightOf(b) - weightOf(a));
  return best ?? plain;
}

function isKept(header: string | undefined, etag: string): boolean {
  const tags = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(etag) || tags.includes("*");
}
