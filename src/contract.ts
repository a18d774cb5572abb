/** The pieces of the wire format that every feature shares. Types are inferred, never written a second time. */
import { z } from "@hono/zod-openapi";

/** A PostgreSQL `integer` key: 1 to 2147483647. Values are never coerced: "5" is no id. */
export const id = z.int().min(1).max(2_147_483_647);

/** An id in a path. Digits only: no sign, exponent or leading zero, so every row has one address. */
export const idInPath = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, { abort: true })
  .transform(Number)
  .pipe(id)
  .openapi({ type: "integer", minimum: 1, maximum: 2_147_483_647 });

/** UTC, ISO 8601 with milliseconds and `Z`. */
export const timestamp = z.iso.datetime({ precision: 3 }).openapi({ example: "2026-11-23T03:00:00.000Z" });

/** JSON that is text already, typed by what it holds: sent as it is. */
export class JsonText<T> {
  /** Never there: it keeps the text of one type from being taken for another's. */
  declare readonly holds: T;
  readonly text: string;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** In UTF-8, made once for all who are sent the same. */
  get bytes(): Uint8Array<ArrayBuffer> {
    this.#bytes ??= new TextEncoder().encode(this.text);
    return this.#bytes;
  }
}

/** RFC 9457 problem details. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z
      .string()
      .openapi({ description: "A sentence for a person, in English or Japanese by Accept-Language." }),
    code: z.string().openapi({ description: "The stable machine name." }),
    request_id: z.string(),
    errors: z.array(z.strictObject({ field: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof problem>;
