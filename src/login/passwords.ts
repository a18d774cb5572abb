/**
 * The hashes of passwords, in better-auth's format. A sign-up's is made before better-auth is called, because better-auth hashes
 * inside its transaction, and a connection would wait for it; a sign-in is verified outside any transaction.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { ToriokiError } from "../errors.ts";
import type { HashQueue } from "./hash-queue.ts";
import { hashPassword, verifyPassword } from "./hash-threads.ts";

export class Passwords {
  readonly #queue: HashQueue;
  /** The hash of the sign-up that is under way; null in a sign-in, which has none. */
  readonly #prepared = new AsyncLocalStorage<string | null>();

  constructor(queue: HashQueue) {
    this.#queue = queue;
  }

  /** For better-auth's option `emailAndPassword.password`. */
  readonly hooks = {
    hash: async (password: string): Promise<string> => {
      const prepared = this.#prepared.getStore();
      // A sign-in without an account: the hash is thrown away, so that it takes as long as with one.
      if (prepared === null) return this.#queue.inTurn(() => hashPassword(password));
      // What better-auth accepts and we do not must not be hashed on a connection.
      if (prepared === undefined) throw new ToriokiError("invalid_request");
      return prepared;
    },
    verify: ({ hash, password }: { hash: string; password: string }): Promise<boolean> =>
      this.#queue.inTurn(() => verifyPassword({ hash, password })),
  };

  /**
   * Hashes a password, then carries the sign-up out with it.
   * @throws ToriokiError `overloaded` before anything is done
   */
  async signUp<T>(password: string, work: () => Promise<T>): Promise<T> {
    const hash = await this.#queue.withPlace(() => this.#queue.inTurn(() => hashPassword(password)));
    return this.#prepared.run(hash, work);
  }

  /** @throws ToriokiError `overloaded` before the account is looked up, after that, or while its hash waits for its turn */
  signIn<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.withPlace(() => this.#prepared.run(null, work));
  }
}
