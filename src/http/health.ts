/** For load balancers and orchestrators: is the process up, and can it serve. */
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
    ...refusalsOf(),
  },
});

/** @param isReady false where migrations are pending; throws where the database cannot be reached */
export function addHealthRoutes(app: App, isReady: () => Promise<boolean>, metrics: Metrics): void {
  register(app, healthRoute, async (_, c) => c.json({ status: "ok" } as const, 200));
  register(app, readyRoute, async (_, c) => {
    if (!(await isReady())) throw new ToriokiError("not_ready");
    return c.json({ status: "ok" } as const, 200);
  });
  register(app, metricsRoute, async (_, c) =>
    c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );
}
