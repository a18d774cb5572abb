/** What a request carries through the app. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Language } from "../language.ts";

export type Environment = {
  Variables: {
    requestId: string;
    language: Language;
    /** The guest session token, where the request carries one (it may open nothing). */
    sessionToken: string | undefined;
    /** The logged-in user, where a call has asked who it is. */
    userId: number | undefined;
  };
};

export type App = OpenAPIHono<Environment>;
export type AppContext = Context<Environment>;
