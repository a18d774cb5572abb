import type { ProvidedContext } from "vitest";
import { defineConfig } from "vitest/config";
import type {} from "./test/helpers/global-setup.ts";
import { postgresEngines } from "./test/helpers/npm-postgres.ts";

/** One project for each database engine runs the same database tests; the first runs what needs none of them. */
const engine = (engine: ProvidedContext["engine"], include: string[], batch = true) => ({
  test: {
    name: batch ? engine : `${engine} one by one`,
    include,
    provide: { engine, batch },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
const onEveryEngine = ["src/**/*.db.test.ts", "test/**/*.db.test.ts"];
const onPostgres = [...onEveryEngine, "src/**/*.pg.test.ts", "test/**/*.pg.test.ts"];
/** Where requests meet: these have the same results with every request as a statement of its own. */
const whereRequestsMeet = ["concurrency.pg", "at-once.db", "model.db"].map(
  (file) => `src/{carts,hand-over}/${file}.test.ts`,
);

export default defineConfig({
  test: {
    globalSetup: "test/helpers/global-setup.ts",
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts?(x)", "test/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: ["**/*.db.test.ts", "**/*.pg.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      engine("pglite", onEveryEngine),
      ...postgresEngines.map((name) => engine(name, onPostgres)),
      engine(
        "pglite",
        whereRequestsMeet.filter((file) => file.includes(".db.")),
        false,
      ),
      engine("postgres-18", whereRequestsMeet, false),
    ],
    reporters: ["default", "./test/helpers/summary-reporter.ts"],
  },
});
