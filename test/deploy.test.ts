/** What stands in deploy/ and docs/operating.md fits the program: names, files, commands and figures are looked up there. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { parser } from "@prometheus-io/lezer-promql";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../src/config.ts";
import { createTorioki } from "../src/torioki.ts";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { run, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";

const text = (file: string) => readFileSync(join("deploy", file), "utf8");
const yaml = (file: string) => parse(text(file), { merge: true });

type Service = {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  stop_grace_period?: string;
};
const compose: {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
} = yaml("compose.yaml");
const services = Object.entries(compose.services);
const isTorioki = (service: Service) => service.image === compose.services.migrate?.image;
const ours = services.filter(([, service]) => isTorioki(service));

const scrapes: { job_name: string; static_configs: { targets: string[] }[] }[] =
  yaml("prometheus.yml").scrape_configs;
const alerts: { alert: string; expr: string; annotations: { summary: string } }[] = yaml(
  "alerts.yml",
).groups.flatMap(({ rules }: { rules: object[] }) => rules);
type Panel = { title: string; gridPos: Record<"x" | "y" | "w" | "h", number>; targets?: Target[] };
type Target = { expr: string; legendFormat: string; datasource: { uid: string } };
const dashboard: { panels: Panel[]; templating: { list: { name: string; query: unknown }[] } } = JSON.parse(
  text("grafana-dashboard.json"),
);
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
const instructions = DockerfileParser.parse(text("Dockerfile")).getInstructions();
const manual = readFileSync("docs/operating.md", "utf8");
const settings = [...readFileSync("src/config.ts", "utf8").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
  ([, name]) => name as string,
);

describe("the figures", () => {
  type Series = { name: string; labels: Record<string, string> };
  let series: Series[];
  beforeAll(async () => {
    series = seriesIn(await figuresOfServer());
  });

  /** A server that has been called, with a pool of connections to a database that is away, so that there are refusals, too. */
  async function figuresOfServer(): Promise<string> {
    const lite = await createTorioki({ database: await PGlite.create(), migrate: true });
    await lite.fetch(new Request("http://x/api/guest/session", { method: "POST" }));
    await lite.fetch(new Request("http://x/api/guest/cart"));
    await lite.cleanup();
    const pool = new pg.Pool({ connectionString: "postgres://nobody@127.0.0.1:1/x" });
    const away = await createTorioki({ database: pool, logger: { info() {}, warn() {}, error() {} } });
    const session = { headers: { "X-Guest-Session": "a".repeat(64) } };
    await away.fetch(new Request("http://x/api/guest/cart", session));
    const texts = await Promise.all(
      [lite, away].map(async (one) => (await one.operatorFetch(new Request("http://x/metrics"))).text()),
    );
    await Promise.all([lite.close(), away.close()]);
    await pool.end();
    return texts.join("\n");
  }

  /** As Prometheus has them: with the labels of each job that it asks. */
  function seriesIn(figures: string): Series[] {
    const told = [...figures.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)].map(([, name = "", labels = ""]) => ({
      name,
      labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v])),
    }));
    return scrapes.flatMap(({ job_name: job, static_configs }) =>
      static_configs.flatMap((config) =>
        config.targets.flatMap((instance) =>
          [{ name: "up", labels: {} }, ...told].map(({ name, labels }) => ({
            name,
            labels: { ...labels, job, instance },
          })),
        ),
      ),
    );
  }

  type Query = {
    faults: string[];
    selectors: { name: string; matchers: [string, string, string][] }[];
    grouping: string[];
  };
  function read(expression: string): Query {
    const query: Query = { faults: [], selectors: [], grouping: [] };
    const promql = expression.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*");
    parser.parse(promql).iterate({
      enter: ({ type, from, to, node }) => {
        const words = promql.slice(from, to);
        if (type.isError) query.faults.push(`${promql} at ${from}`);
        if (type.name === "Identifier") query.selectors.push({ name: words, matchers: [] });
        if (type.name === "UnquotedLabelMatcher") {
          const [, label = "", is = "", value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(words) ?? [];
          query.selectors.at(-1)?.matchers.push([label, is, value]);
        }
        if (type.name === "LabelName" && node.parent?.name === "GroupingLabels") query.grouping.push(words);
      },
    });
    return query;
  }

  const fits = ({ name, labels }: Series, { name: wanted, matchers }: Query["selectors"][number]) =>
    name === wanted &&
    matchers.every(([label, is, value]) => {
      const found = labels[label] ?? "";
      const isFound = is.includes("~") ? new RegExp(`^(?:${value})$`).test(found) : found === value;
      return isFound !== is.startsWith("!");
    });

  it.each([...targets.map(({ expr }) => expr), ...alerts.map(({ expr }) => expr)])(
    "there is something to find for %s",
    (expression) => {
      const { faults, selectors, grouping } = read(expression);
      expect(faults).toEqual([]);
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) {
        const found = series.filter((one) => fits(one, selector));
        expect([selector, found.length]).not.toEqual([selector, 0]);
        // Whatever Prometheus asks is one of ours.
        if (selector.name === "up") expect(found).toEqual(series.filter(({ name }) => name === "up"));
        // A misspelt label would group everything together, or match whatever has none of that name.
        const known = Object.keys(found[0]?.labels ?? {});
        expect(known).toEqual(expect.arrayContaining(selector.matchers.map(([label]) => label)));
        expect(known).toEqual(expect.arrayContaining(grouping));
      }
    },
  );

  it("that are wrong are found out", () => {
    expect(read("sum(rate(x[5m])").faults).toHaveLength(1);
    const [selector] = read('torioki_hand_overs_total{at="login",outcome="broken"}').selectors;
    expect(series.filter((one) => fits(one, selector as Query["selectors"][number]))).toEqual([]);
  });

  it("stand on the dashboard, all of ours", () => {
    const shown = targets.flatMap(({ expr }) => read(expr).selectors.map(({ name }) => name));
    const told = new Set(series.map(({ name }) => name).filter((name) => name.startsWith("torioki_")));
    expect(told.size).toBeGreaterThan(15);
    // A histogram's sum is not for anybody to look at.
    expect([...told].filter((name) => !shown.includes(name) && !name.endsWith("_sum"))).toEqual([]);
  });

  it("are named on the dashboard by labels that they have", () => {
    for (const { expr, legendFormat } of targets) {
      const { grouping, selectors } = read(expr);
      const [selector] = selectors;
      const found = series.find((one) => selector && fits(one, selector));
      const labels = /\bby \(/.test(expr) ? grouping : Object.keys(found?.labels ?? {});
      const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect([expr, labels]).toEqual([expr, expect.arrayContaining(used)]);
    }
  });

  it("are chosen on the dashboard by variables that it has", () => {
    const variables = dashboard.templating.list.map(({ name }) => name);
    const used = [...text("grafana-dashboard.json").matchAll(/\$\{?(\w+)/g)].map(
      ([, name]) => name as string,
    );
    expect(new Set(used)).toEqual(new Set([...variables, "__rate_interval", "__all"]));
    const asked = /label_values\((\w+), (\w+)\)/.exec(text("grafana-dashboard.json"));
    expect(series.find(({ name }) => name === asked?.[1])?.labels).toHaveProperty(asked?.[2] as string);
  });

  it("lie side by side on the dashboard", () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it("that the manual names are there, and each alert is explained in it", () => {
    const named = [...manual.matchAll(/`(torioki_(?!login|user|guest|server|jobs)\w+_\w+)(\{[^`]*\})?/g)];
    const tables = ["torioki_idempotency_keys", "torioki_hand_overs", "torioki_tickets"];
    const figures = named.filter(
      ([, name = ""]) => !tables.includes(name) && !/store_hours|look_up_cache/.test(name),
    );
    expect(figures.length).toBeGreaterThan(5);
    for (const [whole] of figures) {
      const [selector] = read(whole.slice(1)).selectors;
      expect([whole, series.some((one) => selector && fits(one, selector))]).toEqual([whole, true]);
    }
    expect([...manual.matchAll(/^\| `(Torioki\w+)`/gm)].map(([, name]) => name)).toEqual(
      alerts.map(({ alert }) => alert),
    );
  });
});

describe("compose.yaml", () => {
  /** What `docker compose` reads from an .env that has been filled in. */
  const filled = Object.fromEntries(
    [...text("example.env").matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
      name as string,
      value || "s".repeat(48),
    ]),
  );
  const inserted = (value: string, env: Record<string, string>) =>
    value.replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, name, otherwise) => env[name] || otherwise || "");

  it("refers to services, networks and volumes that it has", () => {
    for (const [, { depends_on = {}, networks = [], volumes = [] }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const other = compose.services[name];
        expect([name, other]).toEqual([name, expect.anything()]);
        const { healthcheck } = other as Service;
        const hasCheck = healthcheck ? !healthcheck.disable : isTorioki(other as Service);
        if (condition === "service_healthy") expect([name, hasCheck]).toEqual([name, true]);
        if (condition === "service_completed_successfully")
          expect(["migrate", "rights"].includes(name)).toBe(true);
      }
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networks));
      const named = volumes
        .map((volume) => volume.split(":")[0] as string)
        .filter((from) => !/^\./.test(from));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    }
  });

  it("mounts files that there are, and they name each other as they are mounted", () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) =>
      volumes.map((volume) => [name, ...volume.split(":")] as string[]),
    );
    for (const [, from = ""] of mounts.filter(([, from]) => from?.startsWith(".")))
      expect([from, existsSync(join("deploy", from))]).toEqual([from, true]);
    const places = (service: string) => mounts.filter(([name]) => name === service).map(([, , to]) => to);
    for (const file of yaml("prometheus.yml").rule_files)
      expect(places("prometheus")).toContain(`/etc/prometheus/${file}`);
    const [provider] = yaml("grafana-dashboards.yml").providers;
    expect(places("grafana").map((place) => dirname(place as string))).toContain(provider.options.path);
    const [source] = yaml("grafana-datasource.yml").datasources;
    expect(Object.keys(compose.services)).toContain(new URL(source.url).hostname);
    for (const file of ["role.sql", "rights.sql"])
      expect(compose.services.rights?.command).toContain(`--file=/${file}`);
    expect(places("rights")).toEqual(["/role.sql", "/rights.sql"]);
  });

  it("gives the program settings that it knows and accepts", () => {
    expect(ours.map(([name]) => name)).toEqual(["server-1", "server-2", "worker", "migrate"]);
    for (const [name, { environment = {} }] of ours) {
      expect(settings).toEqual(expect.arrayContaining(Object.keys(environment)));
      // One kind of login or the other, as example.env says.
      for (const without of [["AUTH_SECRET"], ["AUTH_JWKS_URL", "AUTH_JWT_ISSUER", "AUTH_JWT_AUDIENCE"]]) {
        const env = { ...filled, ...Object.fromEntries(without.map((unset) => [unset, ""])) };
        const values = Object.entries(environment).map(([key, value]) => [key, inserted(value, env)]);
        const config = readConfig(Object.fromEntries(values));
        const does = [config.migrateOnStart, config.cleanupCron !== undefined, config.trustedProxies.length];
        if (name.startsWith("server")) expect(does).toEqual([false, false, 1]);
        if (name === "worker") expect(does.slice(0, 2)).toEqual([false, true]);
      }
    }
  });

  it("asks for what is secret, and for nothing that example.env does not explain", () => {
    const used = [...text("compose.yaml").matchAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g)];
    expect(new Set(used.map(([, name]) => name))).toEqual(new Set(Object.keys(filled)));
    for (const [whole, name = "", kind] of used) {
      if (/PASSWORD|PUBLIC_URL/.test(name)) expect([whole, kind]).toEqual([whole, "?"]);
      if (/PASSWORD|SECRET/.test(name)) expect(text("example.env")).toMatch(new RegExp(`^${name}=$`, "m"));
    }
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|AUTH$/.test(name)) expect(value).toMatch(/^\$\{\w+:[-?]/);
    expect(text(".gitignore")).toMatch(/^\.env$/m);
  });

  it("runs commands that there are", async () => {
    for (const [name, { command = ["serve"] }] of ours) {
      const { code, stdout } = await torioki([...command, "--help"]);
      expect([name, code, stdout]).toEqual([
        name,
        0,
        expect.stringContaining(`torioki ${command.join(" ")}`),
      ]);
    }
  });

  it("lets a server end by itself before it is killed", () => {
    const [, drain] = /DRAIN_GRACE = (\d+)_000/.exec(readFileSync("src/main.ts", "utf8")) ?? [];
    for (const [, { stop_grace_period }] of ours)
      expect(Number.parseInt(stop_grace_period as string, 10)).toBeGreaterThan(Number(drain) + 5);
  });

  it("shows the proxy alone to the network, and no figures", () => {
    for (const [name, { ports = [] }] of services)
      if (name !== "proxy") for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [name, { networks }] of services)
      if (["postgres", "redis", "worker"].includes(name)) expect(networks).toEqual(["inside"]);
    expect(compose.networks.inside).toEqual({ internal: true });
  });

  it("has its proxy, its checks and Prometheus call where the processes listen", () => {
    const { port } = readConfig({});
    const servers = ours.filter(([, { command }]) => !command).map(([name]) => name);
    const called = [...text("haproxy.cfg").matchAll(/^\tserver \S+ (\S+)$/gm)].map(([, address]) => address);
    expect(called).toEqual(servers.map((name) => `${name}:${port}`));
    expect(compose.services.proxy?.ports).toContain("80:8080");
    expect(text("haproxy.cfg")).toMatch(/^\tbind :8080$/m);
    const asked = scrapes.flatMap(({ static_configs }) => static_configs.flatMap((config) => config.targets));
    expect(asked).toEqual(
      [...servers, "worker"].map((name) => `${name}:${compose.services[name]?.environment?.METRICS_PORT}`),
    );
    const check = compose.services.worker?.healthcheck?.test?.at(-1);
    expect(check).toContain(`:${compose.services.worker?.environment?.METRICS_PORT}/healthz`);
  });

  it("takes images in a version, and builds its own once", () => {
    for (const [, { image }] of services)
      if (image !== compose.services.migrate?.image) expect(image).toMatch(/:v?\d/);
    const built = services.filter(([, { build }]) => build);
    expect(built.map(([name, { build }]) => [name, build])).toEqual([
      ["migrate", { context: "..", dockerfile: "deploy/Dockerfile" }],
    ]);
  });
});

describe("Dockerfile", () => {
  const { folder, remove } = temporaryFolder();
  afterAll(remove);
  const last = (keyword: string) =>
    instructions.findLast((one) => one.getKeyword() === keyword)?.getRawArgumentsContent() ?? "";
  const healthCheck: string[] = JSON.parse(/CMD (\[.*\])$/.exec(last("HEALTHCHECK"))?.[1] ?? "");

  it("has nothing that a linter finds", () => {
    expect(validate(text("Dockerfile"))).toEqual([]);
    expect(validate("FROM node\nCOPPY a b\n")).toHaveLength(1);
  });

  it("runs the program itself, on the Node.js that the tests run on, not as root", () => {
    const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const [major] = devDependencies.node.split(".");
    for (const [, image] of text("Dockerfile").matchAll(/^FROM (\S+)/gm))
      expect(image).toBe(`node:${major}-bookworm-slim`);
    expect([last("USER"), last("EXPOSE"), last("STOPSIGNAL")]).toEqual([
      "node",
      `${readConfig({}).port}`,
      "SIGTERM",
    ]);
    expect([JSON.parse(last("ENTRYPOINT")), JSON.parse(last("CMD"))]).toEqual([
      ["node", "--max-semi-space-size=8", "dist/cli.js"],
      ["serve"],
    ]);
    expect(settings.concat("NODE_ENV")).toEqual(
      expect.arrayContaining([...last("ENV").matchAll(/([A-Z_]+)=/g)].map(([, name]) => name)),
    );
  });

  it("leaves out of the build what .dockerignore names", () => {
    for (const file of [
      ".env",
      "deploy/.env",
      "src/errors.test.ts",
      "node_modules/pg/package.json",
      ".torioki/x",
    ])
      expect([file, isSent(file)]).toEqual([file, false]);
    expect(isSent("src/http/server.ts")).toBe(true);
  });

  it("makes, step by step, a folder that serves, checks its health and ends", async () => {
    const { image, environment } = await build(folder);
    const installed = (name: string) => existsSync(join(image, "node_modules", name));
    expect(["better-auth", "pg", "vitest", "typescript"].map(installed)).toEqual([true, true, false, false]);
    const env = { ...environment, PORT: String(await getPort()) };
    const inside = (command: string, args: string[]) =>
      run(
        ["-c", `cd ${image}; exec "$0" "$@"`, command.replace(/^node$/, process.execPath), ...args],
        env,
        "sh",
      );
    const [node = "", ...program] = JSON.parse(last("ENTRYPOINT")) as string[];
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await inside(node, [...program, "--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });

    const [checker = "", ...check] = healthCheck;
    expect((await inside(checker, check)).code).toBe(1);
    const child = spawn(process.execPath, [...program, ...JSON.parse(last("CMD"))], {
      cwd: image,
      env: { ...process.env, ...env },
      stdio: "ignore",
    });
    const ended = new Promise((done) => child.once("close", done));
    await expect
      .poll(async () => (await inside(checker, check)).code, { timeout: 60_000, interval: 500 })
      .toBe(0);
    const url = `http://127.0.0.1:${env.PORT}`;
    const signedUp = await fetch(`${url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Hana", email: "hana@example.com", password: "one two three" }),
    });
    const pages = await Promise.all(["/", "/docs"].map(async (path) => (await fetch(url + path)).status));
    expect([signedUp.status, ...pages]).toEqual([200, 200, 200]);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect((await inside(checker, check)).code).toBe(1);
  }, 300_000);

  /** `.dockerignore`: the last line that fits a file, or a folder above it, decides. */
  function isSent(file: string): boolean {
    const above = file.split("/").map((_, n, parts) => parts.slice(0, n + 1).join("/"));
    const lines = readFileSync(".dockerignore", "utf8").split("\n");
    return lines
      .filter((line) => line && !line.startsWith("#"))
      .reduce((sent, line) => {
        const pattern = line
          .replace(/^!/, "")
          .replaceAll(".", "\\.")
          .split("**/")
          .map((part) => part.replaceAll("*", "[^/]*"));
        const fits = new RegExp(`^${pattern.join("(?:.*/)?")}$`);
        return above.some((part) => fits.test(part)) ? line.startsWith("!") : sent;
      }, true);
  }

  /** Does what `docker build` does, in folders instead of images. @returns the last stage's working folder and variables */
  async function build(root: string): Promise<{ image: string; environment: Record<string, string> }> {
    const stages: Record<string, string> = {};
    const environment: Record<string, string> = {};
    let stage = "";
    let cwd = "";
    const place = (path: string) => join(path.startsWith("/") ? stage : cwd, path);
    for (const instruction of instructions) {
      const words = instruction.getArguments().map((argument) => argument.getValue());
      const [first = "", second = "", third = "last"] = words;
      switch (instruction.getKeyword()) {
        case "FROM":
          stages[third] = stage = join(root, second === "AS" ? third : "last");
          break;
        case "ENV":
          for (const [name = "", value = ""] of words.map((word) => word.split("=")))
            environment[name] = value.startsWith("/") ? place(value) : value;
          break;
        case "WORKDIR":
          cwd = place(first);
          mkdirSync(cwd, { recursive: true });
          break;
        case "COPY": {
          const from = stages[/--from=(\w+)/.exec(instruction.getTextContent())?.[1] ?? ""];
          const target = words.at(-1) as string;
          for (const path of words.slice(0, -1))
            copy(
              from ? join(from, path) : path,
              place(target.endsWith("/") ? join(target, basename(path)) : target),
            );
          break;
        }
        case "RUN":
          // All that is needed to build is here already; what is needed to run is installed as it will be there.
          if (stage === stages.build && first === "npm" && second === "ci")
            symlinkSync(resolve("node_modules"), join(cwd, "node_modules"));
          else await inShell(cwd, instruction.getRawArgumentsContent() as string);
      }
    }
    return { image: cwd, environment };
  }

  function copy(from: string, to: string): void {
    // Docker sends what .dockerignore lets through; from another stage comes everything.
    const isThere = (file: string) => isAbsolute(from) || isSent(file);
    if (statSync(from).isFile()) expect([from, isThere(from)]).toEqual([from, true]);
    cpSync(from, to, { recursive: true, filter: (file) => statSync(file).isDirectory() || isThere(file) });
    expect(statSync(to).isFile() || readdirSync(to).length > 0).toBe(true);
  }

  async function inShell(cwd: string, command: string): Promise<void> {
    const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { PATH, npm_config_prefer_offline: "true" };
    const { code, stderr } = await run(["-ec", `cd ${cwd}; ${command}`], env, "sh");
    expect([command, code, stderr]).toEqual([command, 0, expect.anything()]);
  }
});

describe("rights.sql", () => {
  const role = `server_${process.pid}`;
  let database: Awaited<ReturnType<typeof createPostgres>>;
  let source: string;
  /** Statements as the owner, with the role's name for this test: roles are the whole PostgreSQL's. */
  const asOwner = async (...statements: string[]) => {
    const client = new pg.Client(database.source);
    await client.connect();
    const answers: pg.QueryResult[] = [];
    for (const statement of statements)
      answers.push(await client.query(statement.replaceAll("torioki_server", role)));
    await client.end();
    return answers;
  };
  const sqlOfManual = [...manual.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql as string);

  beforeAll(async () => {
    database = await createPostgres(false, "postgres-18");
    // Functions are everybody's by default, which would hide a right that is missing.
    await asOwner("revoke execute on all functions in schema public, torioki_jobs from public");
    const [create = ""] = sqlOfManual.filter((sql) => sql.startsWith("create role"));
    await asOwner(create, text("rights.sql"), text("rights.sql"));
    const url = new URL(database.source);
    [url.username, url.password] = [role, "choose one"];
    source = url.href;
  });
  afterAll(async () => {
    await asOwner("drop owned by torioki_server", "drop role torioki_server");
    await database.drop();
  });

  it("lets a server do all that it does, its scheduled clean-up included", async () => {
    const server = await startTorioki({
      DATABASE_URL: source,
      MIGRATE_ON_START: "off",
      CLEANUP_CRON: "0 0 1 1 *",
      AUTH_SECRET: "s".repeat(32),
    });
    const cookies = new Map<string, string>();
    const call = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          Cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
          "Idempotency-Key": randomUUID(),
          ...(body ? { "Content-Type": "application/json" } : {}),
        },
        body: body ? JSON.stringify(body) : null,
      });
      for (const set of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (set.split(";")[0] as string).split("=");
        cookies.set(name, value);
      }
      const { code, items } = (await response.json().catch(() => ({}))) as {
        code?: string;
        items?: object[];
      };
      expect([path, response.status, code]).toEqual([
        path,
        expect.toSatisfy((status) => status < 300),
        undefined,
      ]);
      return items;
    };
    await call("GET", "/readyz");
    await call("GET", "/api/stores/1/menus");
    await call("POST", "/api/guest/session");
    await call("POST", "/api/guest/session/store", { store_id: 1 });
    const [line] = (await call("POST", "/api/guest/cart/add", { menu_id: 10 })) as { id: number }[];
    await call("PUT", `/api/guest/cart/item/${line?.id}`, { quantity: 3 });
    await call("POST", "/api/guest/cart/add", { menu_id: 11 });
    await call("DELETE", `/api/guest/cart/item/${line?.id}`);
    await call("POST", "/api/guest/session/ticket");
    const hana = { email: "hana@example.com", password: "one two three" };
    await call("POST", "/api/auth/sign-up/email", { ...hana, name: "Hana" });
    expect(await call("GET", "/api/user/cart")).toMatchObject([{ menu_id: 11 }]);
    await call("POST", "/api/user/cart/store", { store_id: 1 });
    await call("POST", "/api/user/cart/add", { menu_id: 12 });
    await call("DELETE", "/api/user/cart");
    await call("POST", "/api/auth/sign-out", {});
    await call("POST", "/api/auth/sign-in/email", hana);
    await call("GET", "/api/user/receipts");

    const expired = "select count(*)::int as left from guest_sessions where expires_at < now()";
    await asOwner("update guest_sessions set expires_at = now() - interval '1 hour'");
    const boss = new PgBoss({
      connectionString: database.source,
      schema: "torioki_jobs",
      migrate: false,
      schedule: false,
    });
    await boss.start();
    await expect.poll(() => boss.send("cleanup").catch(() => null), { timeout: 20_000 }).not.toBeNull();
    await expect
      .poll(async () => (await asOwner(expired))[0]?.rows, { timeout: 30_000 })
      .toEqual([{ left: 0 }]);
    await boss.stop();
    await server.stop();
    // 40 is a warning, 50 an error.
    expect(server.output.stdout).not.toMatch(/"level":[45]0/);
    const cleaned = await torioki(["cleanup", "--json"], { DATABASE_URL: source });
    expect([cleaned.code, cleaned.stderr]).toEqual([0, ""]);
    expect((await torioki(["migrate", "status"], { DATABASE_URL: source })).code).toBe(0);
    // What a server with Redis asks of the database besides; there is none here.
    const client = new pg.Client(source);
    await client.connect();
    await client.query(
      "update torioki_look_up_cache set generation = generation + 1 returning generation, off_until",
    );
    await client.end();
  });

  it("lets it change no table, no dish and no list of migrations", async () => {
    const client = new pg.Client(source);
    await client.connect();
    for (const statement of [
      "drop table torioki_tickets",
      "alter table guest_sessions add x integer",
      "truncate guest_cart_items",
      "create table public.x ()",
      "update menus set price = 0",
      "delete from stores",
      "delete from users",
      "delete from torioki_migrations",
      "select * from torioki_undo",
    ])
      await expect([statement, await client.query(statement).catch(({ code }) => code)]).toEqual([
        statement,
        "42501",
      ]);
    await client.end();
  });

  it("and every statement of the manual can be run", async () => {
    const others = sqlOfManual.filter((sql) => !sql.startsWith("create role"));
    expect(others.length).toBeGreaterThan(3);
    await expect(asOwner(...others)).resolves.toHaveLength(others.length);
    const [options] = await asOwner("select reloptions from pg_class where relname = 'guest_sessions'");
    expect(options?.rows[0].reloptions).toContain("fillfactor=70");
  });
});

describe("the manual", () => {
  it("names commands and options that there are", async () => {
    const commands = [...manual.matchAll(/(?:`|^ *)torioki ([a-z][^`#\n]+)/gm)];
    expect(commands.length).toBeGreaterThan(12);
    const helps = new Map<string, string>();
    for (const [whole, words = ""] of commands) {
      const [first = "", second = ""] = words.trim().split(/ +/);
      const command = ["migrate", "catalog"].includes(first) ? [first, second] : [first];
      const name = command.join(" ");
      if (!helps.has(name)) helps.set(name, (await torioki([...command, "--help"])).stdout);
      const options = [...words.matchAll(/--[a-z-]+/g)].map(([option]) => option);
      for (const known of [`Usage: torioki ${name}`, ...options])
        expect([whole, helps.get(name)]).toEqual([whole, expect.stringContaining(`${known} `)]);
    }
  });

  it("names variables, services and files that there are", () => {
    const foreign = ["DATABASE_URL", "NODE_ENV", "NODE_OPTIONS"];
    const named = [...manual.matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(10);
    expect([...settings, ...foreign]).toEqual(expect.arrayContaining(named));
    const composed = [
      ...manual.matchAll(/^docker compose -f (\S+)(?: --profile (\w+))? (up|run|build)\b(.*)$/gm),
    ];
    expect(composed).toHaveLength(manual.split("\ndocker compose").length - 1);
    expect(composed.length).toBeGreaterThan(6);
    for (const [, file, profile, action, words = ""] of composed) {
      expect(file).toBe("deploy/compose.yaml");
      if (profile) expect(services.flatMap(([, { profiles = [] }]) => profiles)).toContain(profile);
      const named = words.split(/ +/).filter((word) => word && !word.startsWith("-"));
      // What comes after a service that is run is its command.
      const called = action === "run" ? named.slice(0, 1) : named;
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(called));
    }
    for (const [, link = ""] of manual.matchAll(/\]\((?!http|#)([^)#]+)\)/g))
      expect([link, existsSync(join("docs", link))]).toEqual([link, true]);
    for (const [, file = ""] of manual.matchAll(/(deploy\/[\w.-]+)/g))
      expect([file, file === "deploy/.env" || existsSync(file)]).toEqual([file, true]);
  });

  it("says of every migration what taking it back loses", () => {
    const told = [...manual.matchAll(/^\| `(\d{4}_\w+)`/gm)].map(([, name]) => name);
    expect(told.toReversed()).toEqual(readdirSync("migrations").sort());
  });
});
