/** What pages read of the catalog, kept for as long as it is fresh, and read again while it is looked at. */
import { ClientError } from "../client/client.ts";

export type Read<T> = {
  /** undefined: not read yet */
  data: T | undefined;
  /** Why the last try failed; `data` may be there from before. */
  error: ClientError | undefined;
  isLoading: boolean;
};

type Load<T> = () => Promise<T>;
type Entry = {
  read: Read<unknown>;
  load: Load<unknown>;
  at: number;
  listeners: Set<() => void>;
  retry?: Timer;
};
type Timer = ReturnType<typeof setTimeout>;

const nothing: Read<never> = { data: undefined, error: undefined, isLoading: true };
/** What was read this long ago is shown and read again. Milliseconds. */
const FRESH = 30_000;
/** Between tries while the server is away. Milliseconds. */
const PAUSE = 3_000;
/** More than this many are not kept; what is looked at always is. */
const MOST = 50;

export class Reads {
  readonly #entries = new Map<string, Entry>();

  /** @param initial what a server has rendered the page with, by key */
  constructor(initial: Record<string, unknown> = {}) {
    for (const [key, data] of Object.entries(initial)) {
      const read = { data, error: undefined, isLoading: false };
      this.#entries.set(key, {
        read,
        load: () => Promise.resolve(data),
        at: Date.now(),
        listeners: new Set(),
      });
    }
  }

  get<T>(key: string): Read<T> {
    return (this.#entries.get(key)?.read ?? nothing) as Read<T>;
  }

  /** Reads it if need be, and tells of every change, until the function that it returns is called. */
  watch<T>(key: string, load: Load<T>, listener: () => void): () => void {
    const entry = this.#entries.get(key) ?? { read: nothing, load, at: 0, listeners: new Set<() => void>() };
    entry.load = load;
    this.#entries.set(key, entry);
    entry.listeners.add(listener);
    if (Date.now() - entry.at > FRESH) void this.#load(entry);
    return () => {
      entry.listeners.delete(listener);
      clearTimeout(entry.retry);
      this.#drop();
    };
  }

  /** Reads what is looked at again, where it is not fresh or the last try failed. */
  refresh(): void {
    for (const entry of this.#entries.values()) {
      const isDue = entry.read.error !== undefined || Date.now() - entry.at > FRESH;
      if (entry.listeners.size > 0 && isDue) void this.#load(entry);
    }
  }

  /** Reads it again now. */
  reload(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) void this.#load(entry);
  }

  /** Puts what is there into another form, e.g. with the next page behind it. */
  update<T>(key: string, change: (data: T) => T): void {
    const entry = this.#entries.get(key);
    if (entry?.read.data !== undefined) tell(entry, { data: change(entry.read.data as T) });
  }

  async #load(entry: Entry): Promise<void> {
    clearTimeout(entry.retry);
    if (entry.read.isLoading && entry.at > 0) return;
    entry.at = Date.now();
    tell(entry, { isLoading: true });
    try {
      const data = await entry.load();
      tell(entry, { data, error: undefined, isLoading: false });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      entry.at = 0;
      tell(entry, { error, isLoading: false });
      const willPass = error.status === 0 || error.status === 429 || error.status >= 500;
      if (willPass && entry.listeners.size > 0) {
        entry.retry = setTimeout(
          () => void this.#load(entry),
          error.retryAfter ? error.retryAfter * 1_000 : PAUSE,
        );
      }
    }
  }

  #drop(): void {
    for (const [key, { listeners }] of this.#entries) {
      if (this.#entries.size <= MOST) return;
      if (listeners.size === 0) this.#entries.delete(key);
    }
  }
}

function tell(entry: Entry, change: Partial<Read<unknown>>): void {
  entry.read = { ...entry.read, ...change };
  for (const listener of [...entry.listeners]) listener();
}
