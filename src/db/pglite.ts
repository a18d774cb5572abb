/**
 * Kysely over PGlite, PostgreSQL compiled to WebAssembly, inside this process.
 *
 * PGlite's own `query` parses and plans a statement anew at every call, and its node-postgres adapter answers the
 * wrong caller after an error (docs/decisions/002). So statements with parameters are prepared here, once, over
 * PGlite's wire protocol: half the time of a call (measured there).
 */
import { randomBytes } from "node:crypto";
import type { PGlite as Lite, Results } from "@electric-sql/pglite";
import { type PGlite, PGliteDialect } from "kysely";
import { StatementOrder } from "./statement-order.ts";
import { parsers } from "./values.ts";

type Query = PGlite["query"];
/** PGlite's two mutexes, public in fact though named as private: a statement of ours must wait for a transaction of the host's. */
type Exclusive = {
  _runExclusiveTransaction<T>(run: () => Promise<T>): Promise<T>;
  _runExclusiveQuery<T>(run: () => Promise<T>): Promise<T>;
};
type Protocol = Awaited<typeof import("@electric-sql/pglite")>;

export async function pgliteDialect(lite: Lite): Promise<PGliteDialect> {
  const library = await import("@electric-sql/pglite");
  const prepared = new PreparedStatements(lite, library);
  const exclusive = lite as unknown as Exclusive;
  const order = new StatementOrder();
  const inTransaction: Query = (sql, parameters) => prepared.run(sql, parameters ?? []);
  const port: PGlite = {
    get closed() {
      return lite.closed;
    },
    get ready() {
      return lite.ready;
    },
    waitReady: lite.waitReady,
    close: () => lite.close(),
    query: (sql, parameters) =>
      order.run(() => exclusive._runExclusiveTransaction(() => prepared.run(sql, parameters ?? []))),
    transaction: (work) =>
      lite.transaction((tx) => work({ query: inTransaction, rollback: () => tx.rollback() })) as ReturnType<
        typeof work
      >,
  };
  return new PGliteDialect({ pglite: port });
}

type Statement = { name: string; parameterTypes: number[]; description: Messages };
type Messages = Awaited<ReturnType<Lite["execProtocolStream"]>>;

/** The statements that this PGlite has prepared, by their text. Bounded for the same reason as in postgres.ts. */
class PreparedStatements {
  readonly #lite: Lite;
  readonly #library: Protocol;
  readonly #statements = new Map<string, Statement>();
  #count = 0;
  /** A PGlite has one connection, and names are the connection's: another wrapper around the same PGlite has its own. */
  readonly #prefix = `torioki_${randomBytes(6).toString("hex")}`;

  constructor(lite: Lite, library: Protocol) {
    this.#lite = lite;
    this.#library = library;
  }

  /** Runs one statement. The caller holds PGlite's transaction mutex. */
  run<T>(sql: string, parameters: unknown[]): Promise<Results<T>> {
    return (this.#lite as unknown as Exclusive)._runExclusiveQuery(() => this.#run<T>(sql, parameters));
  }

  async #run<T>(sql: string, parameters: unknown[]): Promise<Results<T>> {
    const statement = this.#statements.get(sql) ?? (await this.#prepare(sql));
    try {
      return await this.#execute<T>(statement, parameters);
    } catch (error) {
      // The host has dropped all prepared statements (discard all, deallocate all): prepare this one once more.
      if ((error as { code?: string }).code !== "26000") throw error;
      this.#statements.delete(sql);
      return await this.#execute<T>(await this.#prepare(sql), parameters);
    }
  }

  async #execute<T>(statement: Statement, parameters: unknown[]): Promise<Results<T>> {
    const { serialize } = this.#library.protocol;
    const values = parameters.map((value, index) => this.#asText(value, statement.parameterTypes[index]));
    const answer = await this.#send(
      serialize.bind({ statement: statement.name, values }),
      serialize.execute({}),
      serialize.sync(),
    );
    const [result] = this.#library.parse.parseResults(
      [...statement.description, ...answer],
      this.#lite.parsers,
      { parsers },
    );
    return result as Results<T>;
  }

  async #prepare(sql: string): Promise<Statement> {
    const { serialize } = this.#library.protocol;
    const isKept = this.#statements.size < 200;
    const name = isKept ? `${this.#prefix}_${this.#count++}` : "";
    const messages = await this.#send(
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: "S", name }),
      serialize.sync(),
    );
    const statement = {
      name,
      parameterTypes: this.#library.parse.parseDescribeStatementResults(messages),
      description: messages.filter((message) => message.name === "rowDescription"),
    };
    if (isKept) this.#statements.set(sql, statement);
    return statement;
  }

  /** All messages of one step go over in one call; after an error PostgreSQL skips to the sync, so the next step starts clean. */
  #send(...messages: Uint8Array[]): Promise<Messages> {
    return this.#lite.execProtocolStream(Buffer.concat(messages), { syncToFs: false });
  }

  #asText(value: unknown, type: number | undefined): string | null {
    if (value === null || value === undefined) return null;
    const serializer = type === undefined ? undefined : this.#lite.serializers[type];
    return serializer ? serializer(value) : String(value);
  }
}
