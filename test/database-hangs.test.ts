import { expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { startTorioki } from "./helpers/process.ts";
import { startProxy } from "./helpers/proxy.ts";
import { until } from "./helpers/until.ts";

it("a database that hangs stops neither the clean-ups after it nor the end of the process", async () => {
  const { source, drop } = await createPostgres(false, "postgres-18");
  const proxy = await startProxy(Number(new URL(source).port));
  const url = new URL(source);
  url.port = String(proxy.port);
  const server = await startTorioki({ DATABASE_URL: url.href, CLEANUP_CRON: "* * * * *" });
  const cleaned = () => server.output.stdout.split('"cleaned up"').length - 1;
  await until(() => cleaned() > 0, 90);
  proxy.mode = "hang";
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  proxy.mode = "pass";
  const before = cleaned();
  await until(() => cleaned() > before, 120);
  proxy.mode = "hang";
  const start = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - start).toBeLessThan(25_000);
  await proxy.close();
  await drop();
}, 300_000);
