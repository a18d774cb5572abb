/** What a request carries through the app. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Language } from "../language.ts";
import type { Connection } from "./client.ts";

/** Names are written as in the RFCs (`Cache-Control`), so that one and the same header has one and the same key. */
export type AnswerHeaders = Record<string, string>;

export type Environment = {
  /** What the server that received the request knows of its connection, where it says so. */
  Bindings: Connection;
  Variables: {
    requestId: string;
    language: Language;
    /** What every answer to this request says in its headers. */
    headers: AnswerHeaders;
    /** Whether the answer has them, because it is one of ours. */
    isOurs: boolean | undefined;
    /** The pattern of the address, once its route is known. */
    route: string | undefined;
    /** The guest session token, where the request carries one (it may open nothing). */
    sessionToken: string | undefined;
    /** The id that belongs to the token, where that is well-formed. */
    sessionId: string | undefined;
    /** The logged-in user, where a call has asked who it is. */
    userId: number | undefined;
  };
};

export type App = OpenAPIHono<Environment>;
export type AppContext = Context<Environment>;
