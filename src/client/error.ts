/** What a call of the client throws when it was refused, or got no answer. */
import type { Problem } from "../contract.ts";
import type { ErrorCode } from "../errors.ts";

/**
 * The contract's codes, and two of the client's own: `network_error` (no answer: whether a change was carried out is not
 * known) and `unexpected_answer` (not from Torioki: a proxy's page, say). A login library's refusals keep its own codes.
 */
export type ClientErrorCode = ErrorCode | "network_error" | "unexpected_answer" | (string & {});

type Details = {
  code: ClientErrorCode;
  status: number;
  detail: string;
  requestId?: string | undefined;
  errors?: Problem["errors"];
  retryAfter?: number | undefined;
  cause?: unknown;
};

/** The one error class of the client. What was aborted by your own signal rejects with the signal's reason instead. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** A sentence for a person, in the client's language: what happened, and what to do. */
  readonly detail: string;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** The faulty fields of a 422. */
  readonly errors: Problem["errors"];
  /** Seconds after which it is worth trying again, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor({ code, status, detail, requestId, errors, retryAfter, cause }: Details) {
    super(detail, { cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.requestId = requestId;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

const sentences = {
  network_error: {
    en: "The server cannot be reached. Check the connection and try again; the cart is kept on the server.",
    ja: "サーバーに接続できません。通信状態を確かめて、もう一度お試しください。カートはサーバーに保存されています。",
  },
  unexpected_answer: {
    en: "The server's answer could not be understood. Try again in a moment.",
    ja: "サーバーの応答を読み取れませんでした。少し待ってからもう一度お試しください。",
  },
};

export function networkError(language: string, cause: unknown): ClientError {
  return new ClientError({ code: "network_error", status: 0, detail: say("network_error", language), cause });
}

/** @param text the body of an answer that is no success, or a success that is no JSON */
export function errorOf(response: Response, text: string, language: string): ClientError {
  const { code, detail, message, errors, request_id } = fieldsOf(text);
  const wait = response.headers.get("Retry-After");
  return new ClientError({
    code: (code as string) ?? "unexpected_answer",
    status: response.status,
    // better-auth has its sentence in `message`.
    detail: String(detail ?? message ?? say("unexpected_answer", language)),
    requestId: (request_id as string) ?? response.headers.get("X-Request-Id") ?? undefined,
    errors: errors as Problem["errors"],
    // A date instead of seconds (a proxy's) says nothing that can be relied on where clocks differ.
    retryAfter: wait !== null && /^\d+$/.test(wait) ? Number(wait) : undefined,
  });
}

/** Nothing, where it is somebody else's text. */
function fieldsOf(text: string): Record<string, unknown> {
  try {
    const fields = Object(JSON.parse(text));
    if (typeof fields.code === "string") return fields;
  } catch {}
  return {};
}

function say(code: keyof typeof sentences, language: string): string {
  return sentences[code][/^ja\b/i.test(language) ? "ja" : "en"];
}
