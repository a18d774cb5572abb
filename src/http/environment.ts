/** What a request carries through the app. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Language } from "../language.ts";
import type { Connection } from "./client.ts";

export type Environment = {
  /** What the server that received the request knows of its connection, where it says so. */
  Bindings: Connection;
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
