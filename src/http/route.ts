/** Puts a route into the app and into the OpenAPI document, with its input checked by the route's own schemas. */
import { type createRoute, z } from "@hono/zod-openapi";
import type { TypedResponse } from "hono";
import type { JsonText } from "../contract.ts";
import { ToriokiError } from "../errors.ts";
import type { Language } from "../language.ts";
import { answer, answerJson } from "./answer.ts";
import { readJson } from "./body.ts";
import type { AnswerHeaders, App, AppContext } from "./environment.ts";

type Route = ReturnType<typeof createRoute>;
type JsonBody<Schema> = { content: { "application/json": { schema: Schema } } };
type Checked<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: every part checked and typed by the route's schema. */
export type Input<R> = {
  params: R extends { request: { params: infer Schema } } ? Checked<Schema> : undefined;
  query: R extends { request: { query: infer Schema } } ? Checked<Schema> : undefined;
  body: R extends { request: { body: JsonBody<infer Schema> } } ? Checked<Schema> : undefined;
};

/**
 * What a handler gives: one of the route's successes, its body as the schema has it or as JSON text of that. The second part says
 * nothing new; it tells the compiler, while R is not known yet, that a handler's `status: 200` is that and not any number.
 */
export type Output<R extends Route> = Successes<R>[keyof Successes<R>] & { status: Success };
type Success = 200 | 201 | 204;
type Successes<R extends Route> = {
  [Status in keyof R["responses"] as Status extends Success ? Status : never]: {
    status: Status;
    headers?: AnswerHeaders;
  } & BodyOf<R["responses"][Status]>;
};
type BodyOf<Response> =
  Response extends JsonBody<infer Schema extends z.ZodType>
    ? { body: z.output<Schema> | JsonText<z.output<Schema>> }
    : { body?: undefined };

type Request = { params?: z.ZodType; query?: z.ZodType; body?: JsonBody<z.ZodType> & { required?: boolean } };

/**
 * Registers one call.
 * @param handle gets the checked input; what it throws becomes a problem document. What is no JSON it may answer itself, with
 *   Hono's Response.
 */
export function register<R extends Route>(
  app: App,
  route: R,
  handle: (input: Input<R>, c: AppContext) => Promise<Output<R> | TypedResponse>,
): void {
  app.openAPIRegistry.registerPath(route);
  const { params, query, body } = (route.request ?? {}) as Request;
  const schema = body?.content["application/json"].schema;
  const path = route.getRoutingPath();
  app.on(route.method.toUpperCase(), path, async (c) => {
    c.set("route", path);
    const language = c.get("language");
    const input = {
      params: params && check(params, c.req.param(), language),
      query: query && check(query, c.req.query(), language),
      body: schema && check(schema, await readBody(c, body?.required), language),
    };
    return toResponse(c, await handle(input as Input<R>, c));
  });
}

function toResponse(c: AppContext, given: unknown): Response {
  if (given instanceof Response) return given;
  const { status, body, headers } = given as { status: number; body?: unknown; headers?: AnswerHeaders };
  return body === undefined ? answer(c, status, null, headers) : answerJson(c, status, body, headers);
}

/** A call whose body is optional reads none as an empty object. */
async function readBody(c: AppContext, isRequired: boolean | undefined): Promise<unknown> {
  const value = await readJson(c.req.raw);
  if (value !== undefined) return value;
  if (isRequired) throw new ToriokiError("invalid_json", { values: { reason: "the body is empty" } });
  return {};
}

const sentences = { en: z.locales.en().localeError, ja: z.locales.ja().localeError };

/**
 * The most fields that an answer names. A body of 16 KiB holds 1,300 unknown fields; naming all of them in the sentence of each made an
 * answer of 17 MB, which took 400 ms of the process.
 */
const MOST_ERRORS = 20;

function check(schema: z.ZodType, value: unknown, language: Language): unknown {
  const sentence = sentences[language];
  const result = schema.safeParse(value, { error: sentence });
  if (result.success) return result.data;
  const found = result.error.issues.slice(0, MOST_ERRORS).flatMap((issue) => {
    if (issue.code !== "unrecognized_keys")
      return [{ field: issue.path.join("."), detail: issue.message as string }];
    // Zod names unknown fields together; each of them is a field of its own here, with a sentence of its own.
    return issue.keys.slice(0, MOST_ERRORS).map((key) => {
      const said = sentence({ ...issue, keys: [key], input: value } as z.core.$ZodRawIssue);
      return {
        field: [...issue.path, key].join("."),
        detail: (typeof said === "string" ? said : said?.message) ?? issue.message,
      };
    });
  });
  // A value may break several rules; the first is enough to mend it.
  const errors = found
    .filter((error, n) => found.findIndex(({ field }) => field === error.field) === n)
    .slice(0, MOST_ERRORS);
  throw new ToriokiError("invalid_request", { errors });
}
