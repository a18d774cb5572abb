/** For load balancers, orchestrators and operators: is the process up, can it serve, what has it done. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { ToriokiError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { App } from "./environment.ts";
import { refusalsOf } from "./problem.ts";
import { register } from "./route.ts";

const status = z.strictObject({ status: z.literal("ok") });
const answer = { description: "Yes.", content: { "application/json": { schema: status } } };
const tags = ["Health"];

const healthRoute = createRoute({
  method: "get",
  path: "/healthz",
  tags,
  summary: "Is the process up?",
  responses: { 200: answer, ...refusalsOf() },
});

const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  tags,
  summary: "Is the database reachable and migrated?",
  responses: { 200: answer, ...refusalsOf("not_ready") },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  tags,
  summary: "Figures for Prometheus",
  responses: {
    200: { description: "Prometheus' text format.", content: { "text/plain": { schema: z.string() } } },
    ...refusalsOf("metrics_token_required"),
  },
});

export type HealthDependencies = {
  /** false where migrations are pending; throws where the database cannot be reached */
  isReady: () => Promise<boolean>;
  metrics: Metrics;
  /** Who reads /metrics must bring it; undefined: anybody may. */
  metricsToken?: string | undefined;
};

export function addHealthRoutes(app: App, { isReady }: HealthDependencies): void {
  register(app, healthRoute, async (_, c) => c.json({ status: "ok" } as const, 200));
  register(app, readyRoute, async (_, c) => {
    if (!(await isReady())) throw new ToriokiError("not_ready");
    return c.json({ status: "ok" } as const, 200);
  });
}

export function addMetricsRoute(app: App, { metrics, metricsToken }: HealthDependencies): void {
  register(app, metricsRoute, async (_, c) => {
    const [, token = ""] = /^Bearer (.+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
    if (metricsToken !== undefined && !isSame(token, metricsToken))
      throw new ToriokiError("metrics_token_required");
    return c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

/** Takes the same time wherever they differ. */
function isSame(token: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(token), digest(wanted));
}
