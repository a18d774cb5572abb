/** Refusals as problem details (RFC 9457). */
import { type Problem, problem } from "../contract.ts";
import { type ErrorCode, refusals, type ToriokiError } from "../errors.ts";
import { answerJson } from "./answer.ts";
import type { AnswerHeaders, AppContext } from "./environment.ts";

/** RFC 9110, 11.6.1: a 401 names a scheme. Neither makes a browser ask for a password. */
const challenges: Partial<Record<ErrorCode, string>> = {
  guest_session_required: 'GuestSession realm="torioki"',
  user_required: 'Bearer realm="torioki"',
  metrics_token_required: 'Bearer realm="torioki metrics"',
};

export function toProblem(error: ToriokiError, c: AppContext): Response {
  const language = c.get("language") ?? "en";
  const body: Problem = {
    type: `urn:torioki:problem:${error.code}`,
    title: error.title(language),
    status: error.status,
    detail: error.sentence(language),
    code: error.code,
    request_id: c.get("requestId"),
    ...(error.errors ? { errors: error.errors } : {}),
  };
  const headers: AnswerHeaders = {
    "Content-Type": "application/problem+json",
    "Content-Language": language,
  };
  if (error.retryAfter !== undefined) headers["Retry-After"] = String(error.retryAfter);
  // The IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
  if (error.limit) {
    const { name, most, seconds, isNetwork } = error.limit;
    const policy = isNetwork ? `${name}-by-network` : name;
    headers["RateLimit-Policy"] = `"${policy}";q=${most};w=${seconds}`;
    headers.RateLimit = `"${policy}";r=0;t=${error.retryAfter}`;
  }
  const challenge = challenges[error.code];
  // RFC 6750, 3.1: whoever has brought a token is told that it is the token.
  const hasBearer = error.code === "user_required" && /^Bearer /i.test(c.req.header("Authorization") ?? "");
  if (challenge) headers["WWW-Authenticate"] = hasBearer ? `${challenge}, error="invalid_token"` : challenge;
  return answerJson(c, error.status, body, headers);
}

const header = (description: string) => ({ description, schema: { type: "string" as const } });
const limitHeaders = {
  "Retry-After": header("Seconds to wait."),
  "RateLimit-Policy": header("The limit: so many (`q`) in so many seconds (`w`)."),
  RateLimit: header("What is left of it (`r`), and the seconds until there is more (`t`)."),
};

/** The refusals of a call for the OpenAPI document, those that every call may give included. */
export function refusalsOf<Code extends ErrorCode>(...codes: Code[]) {
  const always: ErrorCode[] = [
    "bad_request",
    "database_unavailable",
    "overloaded",
    "not_ready",
    "internal_error",
  ];
  // Whoever has a session or an account can be too busy with it (limits.ts).
  const owners: ErrorCode[] = ["guest_session_required", "user_required"];
  if (codes.some((code) => owners.includes(code))) always.push("rate_limited");
  const byStatus = Map.groupBy(
    [...new Set([...codes, ...always])] as ErrorCode[],
    (code) => refusals[code].status,
  );
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, group]) => [
        status,
        {
          description: group.map((code) => `\`${code}\`: ${refusals[code].title.en}`).join("; "),
          content: { "application/problem+json": { schema: problem } },
          ...(status === 429 ? { headers: limitHeaders } : {}),
        },
      ]),
  );
}

/** What a call that changes something may refuse besides its own. */
export const changeRefusals = ["cross_origin", "body_too_large"] as const satisfies ErrorCode[];
/** What a call that takes an Idempotency-Key may refuse besides its own. */
export const keyRefusals = [
  "idempotency_key_invalid",
  "idempotency_key_in_flight",
  "idempotency_key_reused",
] as const satisfies ErrorCode[];
/** What a call with a body may refuse besides its own. */
export const bodyRefusals = [
  ...changeRefusals,
  "invalid_json",
  "unsupported_media_type",
  "invalid_request",
] as const satisfies ErrorCode[];
