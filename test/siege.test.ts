/**
 * A part of the siege (`npm run siege`): quick bad clients against the real server. It judges exits, memory, descriptors, answers
 * and codes; times are for the whole siege, on a machine that does nothing else.
 */
import { describe, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { catalogue } from "./siege/catalogue/all.ts";
import { openShape, type ShapeName } from "./siege/shapes.ts";
import { besiege } from "./siege/siege.ts";

/** Each shape meets the clients that are likeliest to harm it; together they take less than two minutes. */
const PARTS: Partial<Record<ShapeName, string[]>> = {
  embedded: [
    "CONNECT, half-close",
    "malformed, half-close",
    "300 files asked for, none read",
    "CONNECT, reset",
  ],
  postgres: [
    "changes with made-up tokens",
    "sign-ups from many addresses",
    "the files of /docs",
    "CONNECT, reset",
  ],
};

describe.skipIf(process.platform !== "linux")("no bad client takes the server down", () => {
  it.each(Object.entries(PARTS) as [ShapeName, string[]][])(
    "%s",
    async (name, names) => {
      const clients = names.map((one) => {
        const client = catalogue.find((each) => each.name === one);
        if (!client) throw new Error(`the catalogue has no ${one}`);
        return client;
      });
      const database = name === "embedded" ? undefined : await createPostgres(true, "postgres-18");
      const shape = await openShape(name, database?.source);
      try {
        const { rows, faults } = await besiege(shape, {
          clients,
          minutes: 0,
          judgesTimes: false,
          seed: 14,
          folder: ".",
          warmUp: 4,
          quiet: 2,
          say: () => {},
        });
        expect(rows.map(({ client }) => client.name).sort()).toEqual([...names].sort());
        const fallen = rows
          .filter((row) => row.faults.length > 0)
          .map((row) => [row.client.name, ...row.faults]);
        expect([...fallen, ...faults]).toEqual([]);
      } finally {
        await shape.close();
        await database?.drop();
      }
    },
    180_000,
  );
});
