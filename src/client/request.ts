/** One call over HTTP, sent again where that is safe. */
import { type ClientError, errorOf, networkError } from "./error.ts";

export type RequestOptions = {
  /** Where the server is, without a slash at the end; empty: where the page came from. */
  baseUrl: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** How long one try may take. Milliseconds. */
  timeout: number;
  /** What to say in Accept-Language, at each call. */
  language: () => string;
  /** Headers of every request, at each call. */
  headers: () => Promise<Record<string, string>>;
};

export type Call = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** With a key the server carries a change out once, however often it gets it. */
  idempotencyKey?: string | undefined;
};

export type CallOptions = { signal?: AbortSignal | undefined };
/** A key makes a change safe to send again. Where the server takes one, the client makes one for each call by itself. */
export type KeyedOptions = CallOptions & { idempotencyKey?: string | undefined };

export type CallFunction = <T>(
  method: Call["method"],
  path: string,
  body?: unknown,
  options?: KeyedOptions,
) => Promise<T>;

/** A call is sent at most this often. */
const MOST_TRIES = 3;
/** A longer `Retry-After` is left to whoever called. Seconds. */
const LONGEST_WAIT = 10;
/** Before the second try, and twice that before the third; each varied by half, so that clients do not come all at once. ms */
const FIRST_PAUSE = 300;

/** These are refused before anything is done: even a change without a key can be sent again. */
const DID_NOT_RUN = new Set(["rate_limited", "overloaded"]);

/**
 * @returns the answer's JSON; undefined where it has no body
 * @throws ClientError, or the signal's reason where it was aborted
 */
export async function request<T>(options: RequestOptions, call: Call): Promise<T> {
  const mayRepeat = call.method === "GET" || call.idempotencyKey !== undefined;
  for (let tries = 1; ; tries += 1) {
    const result = await attempt<T>(options, call);
    if ("value" in result) return result.value;
    const { error } = result;
    const wait = waitAfter(error, mayRepeat, tries);
    if (wait === undefined || tries === MOST_TRIES) throw error;
    await pause(wait, call.signal);
  }
}

/** @returns milliseconds to wait before the next try; undefined: it must not be sent again */
function waitAfter({ code, retryAfter }: ClientError, mayRepeat: boolean, tries: number): number | undefined {
  if (code === "network_error") {
    return mayRepeat ? FIRST_PAUSE * 2 ** (tries - 1) * (0.5 + Math.random()) : undefined;
  }
  if (retryAfter === undefined || retryAfter > LONGEST_WAIT) return undefined;
  // The server says when (429, 503, a key that is in use): a little later, for the same reason as above.
  return mayRepeat || DID_NOT_RUN.has(code) ? retryAfter * 1_000 + Math.random() * FIRST_PAUSE : undefined;
}

async function attempt<T>(
  options: RequestOptions,
  call: Call,
): Promise<{ value: T } | { error: ClientError }> {
  const { signal } = call;
  const language = options.language();
  const headers = {
    Accept: "application/json",
    ...(language ? { "Accept-Language": language } : {}),
    ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(call.idempotencyKey === undefined ? {} : { "Idempotency-Key": call.idempotencyKey }),
    ...(await options.headers()),
  };
  // Not AbortSignal.any and .timeout: React Native has neither.
  const controller = new AbortController();
  const abort = () => controller.abort();
  throwIfAborted(signal);
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(abort, options.timeout);
  try {
    const response = await options.fetch(options.baseUrl + call.path, {
      method: call.method,
      headers,
      credentials: "include",
      signal: controller.signal,
      // A change goes on where its page is left.
      keepalive: call.method !== "GET",
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await response.text();
    if (!response.ok) return { error: errorOf(response, text, language) };
    return response.status === 204 ? { value: undefined as T } : parsed(response, text, language);
  } catch (cause) {
    throwIfAborted(signal);
    return { error: networkError(language, cause) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function parsed<T>(response: Response, text: string, language: string) {
  try {
    return { value: JSON.parse(text) as T };
  } catch {
    return { error: errorOf(response, "", language) };
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return unlessAborted(end, signal).finally(() => clearTimeout(timer));
}

/** Ends the waiting, not what is waited for. @throws the signal's reason */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(reasonOf(signal));
  });
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  return Promise.race([work, aborted]).finally(() => signal?.removeEventListener("abort", abort));
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? Object.assign(new Error("aborted"), { name: "AbortError" });
}
