/** The README's commands and examples, run as they stand there (only ports and the database's address are put in). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cart } from "../src/carts/contract.ts";
import { createTorioki } from "../src/torioki.ts";
import { checkedCalls, Visitor } from "./helpers/api.ts";
import { createPostgres } from "./helpers/database.ts";
import { postgresEngines } from "./helpers/npm-postgres.ts";
import { OpenApiCheck } from "./helpers/openapi.ts";
import { codeBlocks, type PackedProject, packedProject, type Serving } from "./helpers/packed-project.ts";
import { getPort } from "./helpers/ports.ts";
import { run, startTorioki, temporaryFolder } from "./helpers/process.ts";

const readme = readFileSync("README.md", "utf8");
const { folder, remove } = temporaryFolder();
afterAll(remove);

/** The first code block below a heading. */
function block(heading: string): string {
  const section = readme.split(`## ${heading}\n`)[1] ?? "";
  const found = /```\w+[^\n]*\n([\s\S]*?)```/.exec(section);
  if (!found) throw new Error(`the README has no code below "${heading}"`);
  return found[1] as string;
}

describe("the walk with curl", () => {
  it.each(["embedded", ...postgresEngines] as const)("does what it says on %s", async (engine) => {
    const database = engine === "embedded" ? undefined : await createPostgres(true, engine);
    const env: Record<string, string> = database
      ? { DATABASE_URL: database.source, AUTH_SECRET: "s".repeat(32) }
      : { DATA_DIR: join(folder, "walk") };
    const server = await startTorioki(env);
    if (database) {
      const loaded = await run(["src/cli.ts", "catalog", "load", "demo/catalog.json"], env);
      expect(loaded.stderr).toBe("");
    }
    const proxy = await startCheckingProxy(server.url);
    const own = temporaryFolder();
    const script = `set -eu; cd ${own.folder}\n${block("A walk with curl").replace("http://127.0.0.1:3000", proxy.url)}`;
    const { code, stdout, stderr } = await run(["-c", script], {}, "bash");
    expect([code, stderr]).toEqual([0, ""]);

    const answers = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const [session, stores, chosen, first, both, later, changed, removed, elsewhere, other, back, again] =
      answers;
    const [signedUp, account, , , , , signedIn, more] = answers.slice(12);
    expect(answers).toHaveLength(21);
    expect(session).toMatchObject({
      session_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      selected_store_id: null,
    });
    expect(stores.stores).toHaveLength(5);
    expect(chosen.selected_store_id).toBe(1);
    expect(first).toMatchObject({ total_items: 2, total_amount: 1_380 });
    expect(both).toMatchObject({ total_items: 3, total_amount: 1_500 });
    expect(later).toEqual(both);
    expect(changed).toMatchObject({ total_items: 6, items: [{ menu_id: 10, quantity: 5 }, { menu_id: 12 }] });
    expect(removed).toMatchObject({ total_items: 5, total_amount: 3_450, items: [{ menu_id: 10 }] });
    expect(elsewhere.selected_store_id).toBe(2);
    expect(other).toMatchObject({ items: [], other_stores: [{ store_id: 1, total_items: 5 }] });
    expect(back.selected_store_id).toBe(1);
    expect(again).toMatchObject({ items: removed.items, other_stores: [] });
    expect(signedUp.user).toMatchObject({ name: "Hana", email: "hana@example.com" });
    expect(account).toMatchObject({ session_id: null, total_items: 5, total_amount: 3_450 });
    expect(signedIn.user.id).toBe(signedUp.user.id);
    expect(more).toMatchObject({ total_items: 6, items: [{ menu_id: 10, quantity: 6 }] });
    expect(proxy.faults).toEqual([]);
    expect(proxy.answers).toBe(23);
    proxy.close();
    await server.stop();
    await database?.drop();
    own.remove();
  });
});

describe("the commands", () => {
  it("that start and test are package.json's", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(block("Run it")).toBe("npm install && npm start\n");
    expect(block("Test it")).toBe("npm ci && npm test\n");
    expect(block("Measure it")).toBe("npm run bench\n");
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "torioki", "bench"]));
    for (const [, name] of readme.matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty([name as string]);
    // CI runs the test command as it stands in the README.
    expect(readFileSync(".ci/run", "utf8")).toContain(`\n${block("Test it")}`);
  });

  it("for PostgreSQL bring up a server", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const port = await getPort();
    const script = block("On your PostgreSQL")
      .replace(/postgres:\/\/\S+/, source)
      .replace("npm start", "npm start &");
    const wait = `until curl -sf http://127.0.0.1:${port}/readyz; do sleep 0.1; done; kill -TERM -- -$$`;
    const { stdout } = await run(
      ["-c", `set -m; exec setsid bash -euc '${script}${wait}'`],
      { PORT: String(port) },
      "bash",
    );
    expect(stdout).toMatch(
      /pending {2}0001_host_tables[\s\S]*applied 0001_host_tables[\s\S]*stores: 6 added[\s\S]*"status":"ok"/,
    );
    await drop();
  });

  it("for the clean-up do what they say", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const script = block("Clean-up");
    const { stdout, stderr } = await run(["-euc", script], { DATABASE_URL: source }, "bash");
    expect(stderr).not.toMatch(/error/i);
    expect(stdout).toMatch(/would delete 0 sessions[\s\S]*"sessions":0/);
    await drop();
  });

  it("names every environment variable that is read, and no other", () => {
    const table = readme.slice(readme.indexOf("## Configuration\n"), readme.indexOf("## Commands\n"));
    const documented = [...table.matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1]).sort();
    const read = [...readFileSync("src/config.ts", "utf8").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
      (match) => match[1],
    );
    expect(documented).toEqual([...new Set(read)].sort());
  });

  it("and the pages in docs name files and headings that exist", () => {
    const pages = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".md"),
    );
    for (const page of ["README.md", ...pages.map((file) => join("docs", file))]) {
      for (const [, file, heading] of readFileSync(page, "utf8").matchAll(
        /\]\((?!http)([^)#]*)(#[^)]+)?\)/g,
      )) {
        const target = file ? join(dirname(page), file) : page;
        expect([page, target, existsSync(target)]).toEqual([page, target, true]);
        if (heading) expect([page, ...headingsOf(target)]).toContain(heading);
      }
    }
  });
});

/** As GitHub makes addresses of them. */
function headingsOf(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) =>
      `#${(heading as string)
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-")}`,
  );
}

describe("the packed package", () => {
  let project: PackedProject;
  beforeAll(async () => {
    project = await packedProject();
  });
  afterAll(() => project.remove());

  /** Runs an example of the README's as it stands there, in a server of the host's. */
  function start(example: string, env: Record<string, string>): Promise<Serving> {
    project.write(`${example}.mts`, codeBlocks(readme)[example] as string);
    return project.serve([process.execPath, `${example}.mts`], env);
  }

  it("installs, has the command, and runs the examples in a server of the host's", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const status = await project.shell("npx --no-install torioki migrate status", { DATABASE_URL: source });
    expect(status.stdout).toMatch(/^applied {2}0001_host_tables/);

    for (const example of ["node", "hono"]) {
      const { url, stop } = await start(example, { DATABASE_URL: source });
      const document = async (request: Request) =>
        request.url.endsWith("/openapi.json") && example === "hono" ? openApiOf(source) : fetch(request);
      const visitor = new Visitor(await checkedCalls(url, document));
      await visitor.start();
      await visitor.choose(1);
      expect((await visitor.add(10, 2)).body.total_items).toBe(2);
      if (example === "hono") {
        expect(await (await fetch(url)).text()).toBe("my shop");
        const own = await fetch(`${url}/server-side-cart`, { headers: { "X-Guest-Session": visitor.token } });
        expect(((await own.json()) as Cart).total_items).toBe(2);
        expect((await fetch(`${url}/server-side-cart`)).status).toBe(401);
      }
      await stop();
    }
    await drop();
  });

  it("serves guests without better-auth, and says what accounts need", async () => {
    const serve = "timeout 60 node node_modules/torioki/dist/cli.js serve";
    const env = { DATA_DIR: "data", PORT: "0" };
    const untilItListens = `${serve} > out & pid=$!; until grep -q "listening on" out; do kill -0 $pid; sleep 0.1; done; kill $pid; cat out`;
    const { stdout } = await project.shell(untilItListens, env);
    expect(stdout).toMatch(/nobody can log in: accounts need better-auth.*[\s\S]*listening on/);
    expect(stdout).not.toMatch(/no page/);
    const { code, stderr } = await project.shell(serve, { ...env, AUTH_SECRET: "s".repeat(32) });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/torioki: accounts need better-auth: run `npm install/),
    ]);
  });

  it("runs the example with better-auth, which hands the cart over at sign-up", async () => {
    const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    await project.install(`better-auth@${devDependencies["better-auth"]}`);
    const { source, drop } = await createPostgres(true, "postgres-18");
    const { url, stop } = await start("better-auth", { DATABASE_URL: source, AUTH_SECRET: "s".repeat(32) });
    await run(["src/cli.ts", "catalog", "load", "demo/catalog.json"], { DATABASE_URL: source });
    const document = async (request: Request) =>
      request.url.endsWith("/openapi.json") ? openApiOf(source) : fetch(request);
    const visitor = new Visitor(await checkedCalls(url, document));
    await visitor.start();
    await visitor.choose(1);
    await visitor.add(10, 2);
    const signedUp = await fetch(`${url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: url, Cookie: visitor.cookie as string },
      body: JSON.stringify({ email: "a@example.com", password: "one two three", name: "A" }),
    });
    expect(signedUp.status).toBe(200);
    const cookies = signedUp.headers.getSetCookie().map((set) => set.split(";")[0]);
    expect(cookies).toContain("guest_session_id=");
    const cart = await fetch(`${url}/api/user/cart`, { headers: { Cookie: cookies.join("; ") } });
    expect(((await cart.json()) as Cart).total_items).toBe(2);
    await stop();
    await drop();
  });
});

/** Passes every call on to the server, and checks every answer against the OpenAPI document. */
async function startCheckingProxy(target: string) {
  const check = new OpenApiCheck((await (await fetch(`${target}/openapi.json`)).json()) as object);
  const proxy = { url: "", answers: 0, faults: [] as string[], close: () => {} };
  const server = createServer(
    getRequestListener(async (request) => {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const response = await fetch(`${target}${pathname}`, {
        method: request.method,
        headers: request.headers,
        ...(body ? { body } : {}),
      });
      const text = await response.text();
      proxy.answers += 1;
      try {
        check.check(request.method, pathname, response, text);
      } catch (error) {
        proxy.faults.push((error as Error).message);
      }
      return new Response(text || null, { status: response.status, headers: response.headers });
    }),
  );
  const port = await getPort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  proxy.url = `http://127.0.0.1:${port}`;
  proxy.close = () => server.close();
  return proxy;
}

/** The Hono example mounts the guest calls alone, so the document comes from another instance. */
async function openApiOf(database: string): Promise<Response> {
  const torioki = await createTorioki({ database });
  const response = await torioki.fetch(new Request("http://x/openapi.json"));
  await torioki.close();
  return response;
}
