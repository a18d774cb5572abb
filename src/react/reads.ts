/** What pages read of the catalog, kept for as long as it is fresh, and read again while it is looked at. */
import { ClientError } from "../client/client.ts";
import { isAway, pauseAfter } from "./away.ts";

export type Read<T> = {
  /** undefined: not read yet */
  data: T | undefined;
  /** Why the last try failed; `data` may be there from before. */
  error: ClientError | undefined;
  isLoading: boolean;
};

/** @param before what was read the last time */
export type Load<T> = (before: T | undefined) => Promise<T>;

type Entry = {
  read: Read<unknown>;
  load: Load<unknown>;
  /** When it was read; 0: it has to be read. */
  at: number;
  listeners: Set<() => void>;
  loading?: Promise<void> | undefined;
  extending?: Promise<void> | undefined;
  retry?: ReturnType<typeof setTimeout>;
};

const nothing: Read<never> = { data: undefined, error: undefined, isLoading: true };
/** What was read this long ago is shown and read again. Milliseconds. */
const FRESH = 30_000;
/** Between tries while the server is away. Milliseconds. */
const PAUSE = 3_000;
/** More than this many are not kept; what is looked at always is. */
const MOST = 50;

export class Reads {
  readonly #entries = new Map<string, Entry>();
  readonly #first = new Map<string, Read<unknown>>();

  /** @param initial what a server has rendered the page with, by key */
  constructor(initial: Record<string, unknown> = {}) {
    for (const [key, data] of Object.entries(initial)) {
      const read = { data, error: undefined, isLoading: false };
      this.#first.set(key, read);
      const load = () => Promise.resolve(data);
      this.#entries.set(key, { read, load, at: Date.now(), listeners: new Set() });
    }
  }

  get<T>(key: string): Read<T> {
    return (this.#entries.get(key)?.read ?? nothing) as Read<T>;
  }

  /** As a server has rendered it. */
  getFirst<T>(key: string): Read<T> {
    return (this.#first.get(key) ?? nothing) as Read<T>;
  }

  /** Reads it if need be, and tells of every change, until the function that it returns is called. */
  watch<T>(key: string, read: Load<T>, listener: () => void): () => void {
    const load = read as Load<unknown>;
    const entry: Entry = this.#entries.get(key) ?? { read: nothing, load, at: 0, listeners: new Set() };
    entry.load = load;
    this.#entries.set(key, entry);
    entry.listeners.add(listener);
    if (isDue(entry)) void this.#load(entry);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size === 0) clearTimeout(entry.retry);
      this.#drop();
    };
  }

  /** Reads what is looked at again, where it is not fresh or the last try failed. */
  refresh(): void {
    for (const entry of this.#entries.values())
      if (entry.listeners.size > 0 && isDue(entry)) void this.#load(entry);
  }

  /** Reads it again now, if it is looked at; else the next time that it is. */
  reload(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.at = 0;
    if (entry.listeners.size > 0) void this.#load(entry);
  }

  /** Reads what comes behind what is there, e.g. the next page; once, however often it is called meanwhile. */
  async extend<T>(key: string, load: (before: T) => Promise<T>): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const extend = async () => {
      await entry.loading;
      if (entry.read.data !== undefined) await this.#load(entry, load as Load<unknown>);
    };
    entry.extending ??= extend().finally(() => {
      entry.extending = undefined;
    });
    await entry.extending;
  }

  #load(entry: Entry, load = entry.load): Promise<void> {
    clearTimeout(entry.retry);
    entry.loading ??= this.#read(entry, load).finally(() => {
      entry.loading = undefined;
    });
    return entry.loading;
  }

  async #read(entry: Entry, load: Load<unknown>): Promise<void> {
    entry.at = Date.now();
    tell(entry, { isLoading: true });
    try {
      tell(entry, { data: await load(entry.read.data), error: undefined, isLoading: false });
    } catch (error) {
      entry.at = 0;
      if (!(error instanceof ClientError)) {
        tell(entry, { isLoading: false });
        throw error;
      }
      tell(entry, { error, isLoading: false });
      const willPass = isAway(error) || error.status >= 500;
      if (!willPass || entry.listeners.size === 0) return;
      entry.retry = setTimeout(() => void this.#load(entry), pauseAfter(error, PAUSE));
    }
  }

  #drop(): void {
    for (const [key, { listeners }] of this.#entries) {
      if (this.#entries.size <= MOST) return;
      if (listeners.size === 0) this.#entries.delete(key);
    }
  }
}

function isDue({ at }: Entry): boolean {
  return Date.now() - at > FRESH;
}

function tell(entry: Entry, change: Partial<Read<unknown>>): void {
  entry.read = { ...entry.read, ...change };
  for (const listener of [...entry.listeners]) listener();
}
