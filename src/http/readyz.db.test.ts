import { expect, it } from "vitest";
import { useApi } from "../../test/helpers/api.ts";

const held = useApi();

it("/readyz says 200 to all of many who ask at once", async () => {
  const asked = Array.from({ length: 300 }, () =>
    held.api.torioki.fetch(new Request("http://torioki.test/readyz")),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
});
