/** Runs a reference: by pgbench, or where that is missing by the bare loop. Fails where it did not do what it should. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type pg from "pg";
import { median } from "./measure.ts";
import { type LoopOptions, valuesOf } from "./pg-loop.ts";
import { findPgbench, type ReferenceOptions, type ReferenceResult, runPgbench } from "./pgbench.ts";
import type { BenchPostgres } from "./postgres.ts";
import { usageOf } from "./processes.ts";
import { compiled, fillIn, type Reference } from "./statements.ts";

export type ReferenceFigures = {
  statement: Reference;
  clients: number;
  threads: number;
  perSecond: number;
  postgresCpu: number | undefined;
  runs: number[];
};

/** What every transaction changes by one. */
const counted: Partial<Record<Reference, string>> = {
  add: "sum(quantity) from guest_cart_items",
  "bare upsert": "sum(quantity) from guest_cart_items",
  remove: "count(*) from guest_cart_items",
  create: "count(*) from guest_sessions",
};

export class References {
  readonly #pgbench: ReturnType<typeof findPgbench>;
  /** What runs them, for the record. */
  readonly name: string;
  readonly #postgres: BenchPostgres;
  readonly #client: pg.Client;
  readonly #database: string;

  /** @param withPgbench false: the bare loop, also where there is a pgbench */
  constructor(postgres: BenchPostgres, client: pg.Client, database: string, withPgbench: boolean) {
    this.#pgbench = withPgbench ? findPgbench() : undefined;
    this.name = this.#pgbench?.version ?? "a bare pg loop";
    this.#postgres = postgres;
    this.#client = client;
    this.#database = database;
  }

  async run(options: ReferenceOptions): Promise<ReferenceResult> {
    await this.#check(options);
    const before = await this.#count(options.reference);
    const result = this.#pgbench
      ? await runPgbench(this.#pgbench.command, this.#postgres, this.#database, options)
      : await this.#loop(options);
    const done = Math.abs((await this.#count(options.reference)) - before);
    const expected = counted[options.reference] === undefined ? 0 : result.transactions;
    if (!(result.perSecond > 0) || done !== expected)
      throw new Error(`${options.reference}: ${result.transactions} transactions did the work of ${done}`);
    return result;
  }

  async #loop(options: ReferenceOptions): Promise<ReferenceResult> {
    const before = usageOf(this.#postgres.pid);
    const argument: LoopOptions = { ...options, url: this.#postgres.url(this.#database) };
    const { stdout } = await promisify(execFile)(process.execPath, [
      "bench/pg-loop.ts",
      JSON.stringify(argument),
    ]);
    const after = usageOf(this.#postgres.pid);
    const result = JSON.parse(stdout) as Omit<ReferenceResult, "postgresCpu">;
    const cpu = before && after && ((after.cpu - before.cpu) / result.transactions) * 1e6;
    return { ...result, postgresCpu: cpu && Math.round(cpu) };
  }

  /** Once, taken back: the statement is accepted. A reference that is refused would be a fast one. */
  async #check({ reference, sessions }: ReferenceOptions): Promise<void> {
    const values = valuesOf(reference, sessions, 0);
    if (values === undefined) throw new Error("there is nothing to remove");
    const { text, parameters } = compiled(reference);
    await this.#client.query("begin");
    const { rows } = await this.#client.query({
      text,
      values: parameters.map((parameter) => fillIn(parameter, values)),
    });
    await this.#client.query("rollback");
    if (reference === "bare upsert" ? rows.length !== 1 : rows[0]?.outcome !== "accepted")
      throw new Error(`the statement for ${reference} is answered ${JSON.stringify(rows)}`);
  }

  async #count(reference: Reference): Promise<number> {
    const { rows } = await this.#client.query(`select (select ${counted[reference] ?? "0"})::float8 as n`);
    return rows[0].n;
  }
}

/**
 * A reference at the client count that is best for it: the first round finds that out, the others measure it again, so that
 * what is reported is a median and not the luckiest of many.
 */
export class BestReference {
  readonly #run: (clients: number, threads: number) => Promise<ReferenceResult>;
  readonly #statement: Reference;
  readonly #counts: number[];
  #clients = 0;
  #threads = 1;
  #results: ReferenceResult[] = [];

  constructor(
    statement: Reference,
    counts: number[],
    run: (clients: number, threads: number) => Promise<ReferenceResult>,
  ) {
    this.#statement = statement;
    this.#counts = counts;
    this.#run = run;
  }

  async round(): Promise<void> {
    if (this.#clients > 0) {
      this.#results.push(await this.#run(this.#clients, this.#threads));
      return;
    }
    const most = () => this.#results[0]?.perSecond ?? 0;
    const attempt = async (clients: number, threads: number) => {
      const result = await this.#run(clients, threads);
      if (result.perSecond <= most()) return;
      this.#results = [result];
      this.#clients = clients;
      this.#threads = threads;
    };
    for (const clients of this.#counts) await attempt(clients, 1);
    await attempt(this.#clients, 2);
  }

  figures(): ReferenceFigures {
    const runs = this.#results.map(({ perSecond }) => perSecond);
    return {
      statement: this.#statement,
      clients: this.#clients,
      threads: this.#threads,
      perSecond: median(runs) as number,
      postgresCpu: median(this.#results.map(({ postgresCpu }) => postgresCpu)),
      runs,
    };
  }
}
