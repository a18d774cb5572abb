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

/** A problem document (RFC 9457) for a request that nobody could read. The connection ends with it. */
export function malformed(status: number): Response {
  const { title, detail } = refusals.bad_request;
  const body = {
    type: "urn:torioki:problem:bad_request",
    title: title.en,
    status,
    detail: detail.en,
    code: "bad_request",
    request_id: crypto.randomUUID(),
  };
  const headers = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    Connection: "close",
  };
  return new Response(JSON.stringify(body), { status, headers });
}

/** Writes the problem document as the response to a request that Node has read. */
export async function respondMalformed(outgoing: ServerResponse, status: number): Promise<void> {
  const { body, headers } = await partsOf(malformed(status));
  outgoing.writeHead(status, headers).end(body);
}

/** The problem document as the bytes of a whole response, for a socket that has no response object. */
export async function malformedBytes(status: number): Promise<string> {
  const { body, headers } = await partsOf(malformed(status));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}

async function partsOf(response: Response): Promise<{ body: string; headers: Record<string, string> }> {
  const body = await response.text();
  const headers = {
    ...Object.fromEntries(response.headers),
    "content-length": String(Buffer.byteLength(body)),
  };
  return { body, headers };
}
