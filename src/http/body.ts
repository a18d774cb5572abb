/** Reads a request's body as strict JSON: limited in size, in UTF-8, without doubled keys. */
import { visit } from "jsonc-parser";
import { withoutCounting } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";

/** CONTRACT section 4. */
export const MAX_BODY_BYTES = 16 * 1_024;

/**
 * @returns the parsed value; undefined where there is no body
 * @throws ToriokiError `body_too_large`, `unsupported_media_type`, `invalid_json`, `bad_request` (the upload ended early)
 */
export async function readJson(request: Request): Promise<unknown> {
  // How long an upload may take, the server bounds (server.ts).
  const bytes = await withoutCounting(() => readBytes(request));
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "";
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || encoding !== "identity") {
    throw new ToriokiError("unsupported_media_type");
  }
  return parse(bytes);
}

/** @throws ToriokiError `body_too_large` where the declared length is over the limit, before a byte is read */
export function refuseLargeBody(request: Request): void {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES)
    throw new ToriokiError("body_too_large");
}

/**
 * What declares a length that is small enough is read at once: the server holds the body to it (RFC 9112, 6.2), and Node's
 * then needs no web stream, which costs 100 µs.
 */
async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  const isDeclared = declared !== null && Number(declared) <= MAX_BODY_BYTES;
  try {
    const bytes = isDeclared ? new Uint8Array(await request.arrayBuffer()) : await readStream(request.body);
    if (bytes.length > MAX_BODY_BYTES) throw new ToriokiError("body_too_large");
    return bytes;
  } catch (cause) {
    // A phone that lost its network in the middle is no fault of the server's.
    throw cause instanceof ToriokiError ? cause : new ToriokiError("bad_request", { cause });
  }
}

async function readStream(body: Request["body"]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ToriokiError("body_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A byte order mark is kept, so that JSON.parse refuses it, as RFC 8259 section 8.1 asks of a sender. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parse(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new ToriokiError("invalid_json", { values: { reason: "not UTF-8" }, cause });
  }
  refuseUnusual(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ToriokiError("invalid_json", { values: { reason: "syntax error" }, cause });
  }
}

/** No call takes anything deeper than an object in an object. */
const DEEPEST = 32;

/**
 * Goes before JSON.parse: that would take the last of two values of one key, where another reader takes the first; and thousands of
 * brackets in one another cost it 0.6 ms. Where the text is no JSON, JSON.parse says so.
 * @throws ToriokiError `invalid_json` where an object has a key twice, or where brackets are more than {@link DEEPEST} in one another
 */
function refuseUnusual(text: string): void {
  const open: Set<string>[] = [];
  const begin = () => {
    open.push(new Set());
    if (open.length > DEEPEST)
      throw new ToriokiError("invalid_json", { values: { reason: "nested too deeply" } });
  };
  const end = () => void open.pop();
  visit(text, {
    onObjectBegin: begin,
    onArrayBegin: begin,
    onObjectEnd: end,
    onArrayEnd: end,
    onObjectProperty: (key) => {
      const keys = open.at(-1);
      if (keys?.has(key))
        throw new ToriokiError("invalid_json", { values: { reason: "a key is there twice" } });
      keys?.add(key);
    },
  });
}
