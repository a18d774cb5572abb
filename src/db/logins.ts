import { sql } from "kysely";
import type { Statement } from "./ask.ts";

/** Whether the database has the tables of the server's own accounts: not where `users` is a host's (migration 0007). */
export const hasLogins: Statement<boolean> = sql`
  select to_json(to_regclass('torioki_login_sessions') is not null)::text as answer`;
