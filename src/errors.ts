/**
 * Every refusal that Torioki can give, in one table: its HTTP status and its sentences for a person.
 * A sentence says what happened and what to do next. `{name}` is filled in from the error's values.
 */
import type { Language } from "./language.ts";

type Refusal = { status: number; title: Sentences; detail: Sentences };
type Sentences = Record<Language, string>;

/** The code of a refusal is for programs and never changes; the sentences may be improved at any time. */
export const refusals = {
  invalid_json: {
    status: 400,
    title: { en: "Body is not valid JSON", ja: "本文が正しい JSON ではありません" },
    detail: {
      en: "The request body could not be read as JSON: {reason}. Send one JSON object in UTF-8.",
      ja: "リクエスト本文を JSON として読み取れませんでした（{reason}）。UTF-8 の JSON オブジェクトを一つ送ってください。",
    },
  },
  bad_request: {
    status: 400,
    title: { en: "Bad request", ja: "リクエストが正しくありません" },
    detail: {
      en: "The request could not be understood. Check how it was put together and send it again.",
      ja: "リクエストを解釈できませんでした。内容を確かめてもう一度送ってください。",
    },
  },
  credential_conflict: {
    status: 400,
    title: { en: "Two different session credentials", ja: "セッションの資格情報が食い違っています" },
    detail: {
      en: "The request carries two guest session tokens, or two login cookies of one name, that differ. Send one of them only.",
      ja: "異なるゲストセッションのトークン、または同じ名前で値の異なるログイン Cookie が二つ送られました。どちらか一つだけを送ってください。",
    },
  },
  header_transport_refused: {
    status: 400,
    title: {
      en: "Header transport is not for browsers",
      ja: "ブラウザーではヘッダー方式を利用できません",
    },
    detail: {
      en: 'A browser page cannot ask for the session token. Leave out "transport" and the session is kept in a cookie.',
      ja: "ブラウザーのページにはトークンを渡せません。「transport」を省くと、セッションは Cookie に保存されます。",
    },
  },
  idempotency_key_invalid: {
    status: 400,
    title: { en: "Idempotency-Key is not usable", ja: "Idempotency-Key が正しくありません" },
    detail: {
      en: "Idempotency-Key takes 1 to 255 printable ASCII characters. Send a fresh UUID for every new change.",
      ja: "Idempotency-Key は印字可能な ASCII 文字 1〜255 文字です。変更ごとに新しい UUID を送ってください。",
    },
  },
  guest_session_required: {
    status: 401,
    title: { en: "No guest session", ja: "ゲストセッションがありません" },
    detail: {
      en: "There is no live guest session for this request; it has expired or was handed over. Start one with POST /api/guest/session; for a ticket, ask for a new one.",
      ja: "有効なゲストセッションがありません。期限切れか、引き継ぎ済みです。POST /api/guest/session で始めてください。チケットは新しく発行してください。",
    },
  },
  user_required: {
    status: 401,
    title: { en: "Not logged in", ja: "ログインが必要です" },
    detail: {
      en: "This call is for a user who has logged in. Your cart is kept; log in and try again.",
      ja: "この操作にはログインが必要です。カートは保存されています。ログインしてもう一度お試しください。",
    },
  },
  cross_origin: {
    status: 403,
    title: { en: "Request from another site", ja: "別のサイトからのリクエストです" },
    detail: {
      en: "Changes are accepted only from this server's own pages. An operator can add an origin to ALLOWED_ORIGINS.",
      ja: "変更はこのサイトのページからのみ受け付けます。許可するサイトは運用者が ALLOWED_ORIGINS に追加できます。",
    },
  },
  metrics_token_required: {
    status: 401,
    title: { en: "Figures are not public", ja: "統計情報は公開されていません" },
    detail: {
      en: "Send the operator's METRICS_TOKEN as a bearer token.",
      ja: "運用者の METRICS_TOKEN を Bearer トークンとして送ってください。",
    },
  },
  not_found: {
    status: 404,
    title: { en: "No such page", ja: "見つかりません" },
    detail: {
      en: "There is nothing at this address. /openapi.json lists every call.",
      ja: "このアドレスには何もありません。すべての呼び出しは /openapi.json に載っています。",
    },
  },
  session_not_found: {
    status: 404,
    title: { en: "Session not found", ja: "セッションが見つかりません" },
    detail: {
      en: "This is not the id of your own session. GET /api/guest/session shows yours.",
      ja: "ご自身のセッションの ID ではありません。GET /api/guest/session で確認できます。",
    },
  },
  store_not_found: {
    status: 404,
    title: { en: "Store not found", ja: "店舗が見つかりません" },
    detail: {
      en: "There is no such store, or it is not taking orders. Choose one from GET /api/stores.",
      ja: "この店舗は存在しないか、現在ご注文を受け付けていません。GET /api/stores からお選びください。",
    },
  },
  menu_not_found: {
    status: 404,
    title: { en: "Menu not found", ja: "商品が見つかりません" },
    detail: {
      en: "There is no such menu. Your cart is unchanged; reload the store's menus and choose again.",
      ja: "この商品は見つかりません。カートはそのままです。メニューを読み込み直してお選びください。",
    },
  },
  item_not_found: {
    status: 404,
    title: { en: "Line not found", ja: "カートにその商品はありません" },
    detail: {
      en: "Your cart has no such line; it may have been removed already. GET /api/guest/cart shows what is in it.",
      ja: "カートにこの明細はありません。すでに削除された可能性があります。カートを読み込み直してください。",
    },
  },
  method_not_allowed: {
    status: 405,
    title: { en: "Method not allowed", ja: "このメソッドは使えません" },
    detail: {
      en: "This address does not take that method. It takes: {allow}.",
      ja: "このアドレスではそのメソッドを使えません。使えるもの: {allow}。",
    },
  },
  store_not_selected: {
    status: 409,
    title: { en: "No store chosen", ja: "店舗が選ばれていません" },
    detail: {
      en: "Choose a store first with POST /api/guest/session/store, then add the dish again.",
      ja: "先に店舗をお選びのうえ、もう一度商品を追加してください。",
    },
  },
  menu_not_at_store: {
    status: 409,
    title: { en: "Dish of another store", ja: "別の店舗の商品です" },
    detail: {
      en: "This dish is sold at another store. Your cart is unchanged; choose that store or another dish.",
      ja: "この商品は別の店舗のものです。カートはそのままです。その店舗に切り替えるか、別の商品をお選びください。",
    },
  },
  menu_unavailable: {
    status: 409,
    title: { en: "Dish not available", ja: "現在ご注文いただけません" },
    detail: {
      en: "This dish is sold out or its store is not taking orders. Your cart is unchanged; choose another dish.",
      ja: "この商品は売り切れか、店舗が受付を停止しています。カートはそのままです。別の商品をお選びください。",
    },
  },
  quantity_limit_exceeded: {
    status: 409,
    title: { en: "Too many of one dish", ja: "数量の上限を超えています" },
    detail: {
      en: "A cart holds at most 99 of one dish. Your cart is unchanged; choose a smaller quantity.",
      ja: "同じ商品は 99 個までです。カートはそのままです。数量を減らしてください。",
    },
  },
  cart_full: {
    status: 409,
    title: { en: "Cart is full", ja: "カートがいっぱいです" },
    detail: {
      en: "The cart would hold too many different dishes: you can add up to 100, and a guest's cart can be moved into yours up to 1,000. Nothing has changed; remove some dishes, then try again.",
      ja: "このカートにはこれ以上の種類の商品を入れられません。追加は 100 種類まで、ログイン時にゲストのカートを移せるのは 1,000 種類までです。カートはそのままです。いくつか削除してから、もう一度お試しください。",
    },
  },
  idempotency_key_in_flight: {
    status: 409,
    title: { en: "Same request still running", ja: "同じリクエストを処理中です" },
    detail: {
      en: "A request with this Idempotency-Key is still running. Wait a second and send it again unchanged.",
      ja: "この Idempotency-Key のリクエストを処理しています。1 秒ほど待って同じ内容で送り直してください。",
    },
  },
  body_too_large: {
    status: 413,
    title: { en: "Body too large", ja: "本文が大きすぎます" },
    detail: {
      en: "A request body may have at most 16 KiB. Send a smaller one.",
      ja: "リクエスト本文は 16 KiB までです。小さくして送ってください。",
    },
  },
  unsupported_media_type: {
    status: 415,
    title: { en: "Body is not JSON", ja: "JSON 以外の本文は使えません" },
    detail: {
      en: "Send the body as application/json in UTF-8, not compressed.",
      ja: "本文は application/json（UTF-8、圧縮なし）で送ってください。",
    },
  },
  invalid_request: {
    status: 422,
    title: { en: "Values not accepted", ja: "入力内容を確認してください" },
    detail: {
      en: "Some values are not accepted; nothing was changed. See errors for each of them.",
      ja: "受け付けられない値があります。何も変更していません。詳しくは errors をご覧ください。",
    },
  },
  password_too_common: {
    status: 422,
    title: { en: "Password too common", ja: "よく使われているパスワードです" },
    detail: {
      en: "This password is one of the 10,000 most common ones, which are guessed first. Your cart is kept; choose another password.",
      ja: "このパスワードは、特によく使われている 1 万個のうちの一つで、推測されやすいものです。カートは保存されています。別のパスワードをお選びください。",
    },
  },
  idempotency_key_reused: {
    status: 422,
    title: { en: "Idempotency-Key used before", ja: "Idempotency-Key は使用済みです" },
    detail: {
      en: "This Idempotency-Key belongs to another request of this session. Send a fresh key with a new change.",
      ja: "この Idempotency-Key は別のリクエストで使われています。新しい変更には新しいキーを送ってください。",
    },
  },
  rate_limited: {
    status: 429,
    title: { en: "Too many requests", ja: "リクエストが多すぎます" },
    detail: {
      en: "There were too many requests of this kind. Wait {wait} and try again; what you had is kept.",
      ja: "リクエストが多すぎます。{wait}ほど待ってからもう一度お試しください。カートは保存されています。",
    },
  },
  internal_error: {
    status: 500,
    title: { en: "Something went wrong here", ja: "サーバーで問題が起きました" },
    detail: {
      en: "The server failed to answer; what you had is kept. Try again, and report the request_id if it stays.",
      ja: "サーバーが応答できませんでした。カートは保存されています。続く場合は request_id をお知らせください。",
    },
  },
  database_unavailable: {
    status: 503,
    title: { en: "Not reachable for a moment", ja: "一時的に利用できません" },
    detail: {
      en: "The server cannot reach its database right now. Your cart is kept; try again in a few seconds.",
      ja: "ただいまデータベースに接続できません。カートは保存されています。数秒後にもう一度お試しください。",
    },
  },
  overloaded: {
    status: 503,
    title: { en: "Too busy for a moment", ja: "混み合っています" },
    detail: {
      en: "The server has more to do than it can at the moment, and has not carried this out. Your cart is kept; try again in a second.",
      ja: "ただいまアクセスが集中しているため、処理を行いませんでした。カートは保存されています。少し待ってからもう一度お試しください。",
    },
  },
  authentication_unavailable: {
    status: 503,
    title: { en: "Cannot tell who you are for a moment", ja: "一時的にログインを確認できません" },
    detail: {
      en: "The server cannot check your login right now. Your cart is kept; try again in a few seconds.",
      ja: "ただいまログインを確認できません。カートは保存されています。数秒後にもう一度お試しください。",
    },
  },
  not_ready: {
    status: 503,
    title: { en: "Not ready", ja: "準備中です" },
    detail: {
      en: "The database is reachable but not migrated; an operator runs `torioki migrate up`.",
      ja: "データベースの移行が済んでいません。torioki migrate up を実行してください。",
    },
  },
} satisfies Record<string, Refusal>;

export type ErrorCode = keyof typeof refusals;

/** Seconds to wait before trying again, for what passes by itself. */
const usualWait: Partial<Record<ErrorCode, number>> = {
  idempotency_key_in_flight: 1,
  database_unavailable: 2,
  overloaded: 1,
  authentication_unavailable: 2,
  not_ready: 5,
};

/** One faulty field of a 422, `field` being its path in the body, e.g. `quantity`. */
export type FieldError = { field: string; detail: string };

/** What is filled into a sentence; in words of its own for each language, where it has any. */
export type Values = Record<string, string | Sentences>;

type Details = {
  errors?: FieldError[];
  values?: Values;
  /** Seconds after which it is worth trying again. */
  retryAfter?: number;
  /** Of a `rate_limited`: the limit that was reached, and whether by the client's whole network. */
  limit?: { name: string; most: number; seconds: number; isNetwork?: boolean };
  cause?: unknown;
};

/**
 * A refusal, as the library throws it and the HTTP layer turns into a problem document (RFC 9457).
 * `message` is the English sentence; `sentence("ja")` gives the Japanese one.
 */
export class ToriokiError extends Error {
  override readonly name = "ToriokiError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly values: Values;
  readonly retryAfter: number | undefined;
  readonly limit: Details["limit"];

  constructor(code: ErrorCode, { errors, values = {}, retryAfter, limit, cause }: Details = {}) {
    super(fill(refusals[code].detail.en, values, "en"), { cause });
    this.code = code;
    this.status = refusals[code].status;
    this.errors = errors;
    this.values = values;
    this.retryAfter = retryAfter ?? usualWait[code];
    this.limit = limit;
  }

  title(language: Language): string {
    return refusals[this.code].title[language];
  }

  sentence(language: Language): string {
    return fill(refusals[this.code].detail[language], this.values, language);
  }
}

/** Whether it is an answer to what was asked, rather than an outage or a fault of ours. */
export function isRefusal(error: unknown): error is ToriokiError {
  return error instanceof ToriokiError && error.status < 500;
}

/** A fault of the operator's making (configuration, a file, a database that needs a hand): shown without a stack. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

function fill(sentence: string, values: Values, language: Language): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === "string" ? value : value[language];
  });
}
