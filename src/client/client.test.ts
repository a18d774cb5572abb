import { build } from "vite";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { addItem, cart, item, userCart } from "../carts/contract.ts";
import type { menuList, store, storeList } from "../catalog/contract.ts";
import type { ErrorCode } from "../errors.ts";
import type { session } from "../guest-sessions/contract.ts";
import type { convertSession, receipt, receiptList, ticket } from "../hand-over/contract.ts";
import type { Account, Client, ClientError } from "./client.ts";

describe("the types", () => {
  type Answer<F extends (...input: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;

  it("of what the server answers are the contract's", () => {
    expectTypeOf<Answer<Client["cart"]["get"]>>().toEqualTypeOf<z.infer<typeof cart> | null>();
    for (const call of ["add", "setQuantity", "remove", "clear"] as const) {
      expectTypeOf<Answer<Client["cart"][typeof call]>>().toEqualTypeOf<z.infer<typeof cart>>();
      expectTypeOf<Answer<Client["userCart"][typeof call]>>().toEqualTypeOf<z.infer<typeof userCart>>();
    }
    expectTypeOf<Answer<Client["userCart"]["get"]>>().toEqualTypeOf<z.infer<typeof userCart>>();
    expectTypeOf<Answer<Client["userCart"]["selectStore"]>>().toEqualTypeOf<z.infer<typeof userCart>>();
    expectTypeOf<Answer<Client["cart"]["add"]>["items"][number]>().toEqualTypeOf<z.infer<typeof item>>();
    expectTypeOf<Answer<Client["session"]["get"]>>().toEqualTypeOf<z.infer<typeof session> | null>();
    expectTypeOf<Answer<Client["session"]["start"]>>().toEqualTypeOf<z.infer<typeof session>>();
    expectTypeOf<Answer<Client["session"]["selectStore"]>>().toEqualTypeOf<z.infer<typeof session>>();
    expectTypeOf<Answer<Client["session"]["ticket"]>>().toEqualTypeOf<z.infer<typeof ticket>>();
    expectTypeOf<Answer<Client["stores"]["list"]>>().toEqualTypeOf<z.infer<typeof storeList>>();
    expectTypeOf<Answer<Client["stores"]["get"]>>().toEqualTypeOf<z.infer<typeof store>>();
    expectTypeOf<Answer<Client["stores"]["menus"]>>().toEqualTypeOf<z.infer<typeof menuList>>();
    expectTypeOf<Answer<Client["handOver"]>>().toEqualTypeOf<z.infer<typeof receipt>>();
    expectTypeOf<Answer<Client["receipts"]>>().toEqualTypeOf<z.infer<typeof receiptList>>();
    expectTypeOf<Answer<Client["accounts"]["get"]>>().toEqualTypeOf<Account | null>();
  });

  it("of what it is given are the contract's, and of its refusals", () => {
    expectTypeOf<Parameters<Client["cart"]["add"]>[0]>().toEqualTypeOf<z.input<typeof addItem>>();
    expectTypeOf<Parameters<Client["handOver"]>[0]>().toEqualTypeOf<
      z.input<typeof convertSession> | undefined
    >();
    expectTypeOf<ErrorCode>().toExtend<ClientError["code"]>();
  });
});

describe("as a bundler takes it", () => {
  const bundle = async () => {
    const [result] = (await build({
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        minify: true,
        lib: { entry: "src/client/client.ts", formats: ["es"] },
      },
    })) as unknown as [{ output: { code: string; imports: string[]; dynamicImports: string[] }[] }];
    return result.output;
  };

  it("it is one file, which imports nothing", async () => {
    const [file, ...others] = await bundle();
    expect(others).toEqual([]);
    expect(file).toMatchObject({ imports: [], dynamicImports: [] });
    expect(file?.code).not.toMatch(/\b(import|require|process|Buffer)\b/);
  });

  it("it can be loaded where there is nothing but JavaScript", async () => {
    const { runInNewContext } = await import("node:vm");
    const [file] = await bundle();
    const code = (file?.code ?? "").replace(/export\s*\{[^}]*\};?/, "");
    expect(() => runInNewContext(code, {})).not.toThrow();
  });
});
