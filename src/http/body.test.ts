import { expect, it } from "vitest";
import { MAX_BODY_BYTES, readJson } from "./body.ts";

const chunk = new TextEncoder().encode(" ".repeat(1_024));

function requestOf(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init = { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } };
  return new Request("http://torioki.test/", { ...init, duplex: "half" } as RequestInit);
}

it("stops reading at the limit where no length is declared", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  await expect(readJson(requestOf(endless))).rejects.toMatchObject({ code: "body_too_large" });
  expect(sent).toBeLessThan(2 * MAX_BODY_BYTES);
});

it("refuses a body that is over the limit, whatever length it declares", async () => {
  const request = requestOf(" ".repeat(MAX_BODY_BYTES + 1), { "Content-Length": "2" });
  await expect(readJson(request)).rejects.toMatchObject({ code: "body_too_large" });
});

it.each(["2", "nonsense"])("reads a body whose length is declared as %s", async (length) => {
  await expect(readJson(requestOf("{}", { "Content-Length": length }))).resolves.toEqual({});
});

it.each([{}, { "Content-Length": "100" }])(
  "an upload that ends early is a bad request: %j",
  async (headers) => {
    const cut = new ReadableStream({ start: (controller) => controller.error(new Error("cut")) });
    await expect(readJson(requestOf(cut, headers))).rejects.toMatchObject({ code: "bad_request" });
  },
);

it.each([
  ['{"a":1,"a":1}', "a key is there twice"],
  ['[{"b":{"a":1,"c":2,"a":3}}]', "a key is there twice"],
  [`${"[".repeat(33)}${"]".repeat(33)}`, "nested too deeply"],
  [`${'{"a":'.repeat(33)}1${"}".repeat(33)}`, "nested too deeply"],
  ["[".repeat(8_000), "nested too deeply"],
  ['{"a":1,}', "syntax error"],
  ["{'a':1}", "syntax error"],
  ["// nothing\n{}", "syntax error"],
  ["{} {}", "syntax error"],
])("refuses %s", async (text, reason) => {
  await expect(readJson(requestOf(text))).rejects.toMatchObject({ code: "invalid_json", values: { reason } });
});

it("takes any other JSON as it is", async () => {
  const value = {
    a: [{ a: 1 }, { a: 2 }],
    b: { a: "[[[[{{{{" },
    "": null,
    c: JSON.parse("[".repeat(30) + "]".repeat(30)),
  };
  await expect(readJson(requestOf(JSON.stringify(value)))).resolves.toEqual(value);
});
