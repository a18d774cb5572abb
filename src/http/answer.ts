/**
 * Every answer of ours is made here, in one piece. Its headers are a plain record, which Node's server writes as it is.
 * A `Headers` that each middleware adds to makes web objects of request and answer, at several times the CPU of all else that
 * the app does for a request (measured: 90 µs against 20).
 */
import { JsonText } from "../contract.ts";
import type { AnswerHeaders, AppContext } from "./environment.ts";

/** Writes an answer of ours: the headers that every answer to this request has, and those given, which win. */
export function answer(
  c: AppContext,
  status: number,
  body: string | Uint8Array<ArrayBuffer> | null,
  headers?: AnswerHeaders,
): Response {
  c.set("isOurs", true);
  return new Response(body, { status, headers: { ...c.get("headers"), ...headers } });
}

/** Characters from which on bytes are sent: Node sends a short string together with the headers, in one piece. */
const LONG = 16 * 1_024;

export function answerJson(c: AppContext, status: number, body: unknown, headers?: AnswerHeaders): Response {
  return answer(c, status, jsonOf(body), { "Content-Type": "application/json", ...headers });
}

function jsonOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (!(body instanceof JsonText)) return JSON.stringify(body);
  return body.text.length < LONG ? body.text : body.bytes;
}

/** What a page or a login library may say otherwise. */
const OVERRIDABLE = new Set(["Cache-Control", "Content-Security-Policy", "X-Request-Id"]);

/** Gives an answer that was made elsewhere (a page, a login library's, a preflight's) the headers of every answer. */
export function completeAnswer(c: AppContext): void {
  if (c.get("isOurs")) return;
  const { headers } = c.res;
  for (const [name, value] of Object.entries(c.get("headers"))) {
    if (name === "Vary") headers.append(name, value);
    else if (!OVERRIDABLE.has(name) || !headers.has(name)) headers.set(name, value);
  }
  headers.delete("X-Powered-By");
}
