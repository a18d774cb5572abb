/** The responses to what never reaches the app, because it is no HTTP/1.1 request. */
import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import { refusals } from "../errors.ts";

/** The statuses of the errors of Node's parser and of its time limits, by their code. Any other error is 400. */
const STATUSES: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  // "HTTP/2.0" as text, and the preface of a client that begins to speak HTTP/2.
  HPE_INVALID_VERSION: 505,
  HPE_PAUSED_H2_UPGRADE: 505,
};

/** @param code of the error that Node's `clientError` event brings */
export function statusOfParserError(code: string | undefined): number {
  return STATUSES[code ?? ""] ?? 400;
}

const HEADERS = {
  "Content-Type": "application/problem+json",
  "Cache-Control": "no-store",
  Connection: "close",
};

/** A problem document (RFC 9457) for a request that nobody could read. The connection ends with it. */
export function malformed(status: number): Response {
  return new Response(documentOf(status), { status, headers: HEADERS });
}

/** Writes the problem document as the response to a request that Node has read. */
export async function respondMalformed(outgoing: ServerResponse, status: number): Promise<void> {
  const body = documentOf(status);
  outgoing.writeHead(status, { ...HEADERS, "Content-Length": Buffer.byteLength(body) }).end(body);
}

/** The problem document as the bytes of a whole response, for a socket that has no response object. */
export function malformedBytes(status: number): string {
  const body = documentOf(status);
  const headers = { ...HEADERS, "Content-Length": Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}

function documentOf(status: number): string {
  const { title, detail } = refusals.bad_request;
  return JSON.stringify({
    type: "urn:torioki:problem:bad_request",
    title: title.en,
    status,
    detail: detail.en,
    code: "bad_request",
    request_id: crypto.randomUUID(),
  });
}
