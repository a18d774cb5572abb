/**
 * Answers session look-ups from Redis. What is shown is never older than the last change that was acknowledged before
 * the look-up began, on any replica:
 *
 * - A late reader cannot put an old value back. Whoever finds nothing leaves a ticket of its own under the key, reads the
 *   database, and writes only where that ticket still lies there; a change takes whatever lies there away.
 * - A change marks the key before it begins, so that a process that dies between the database's commit and the next line
 *   leaves no old entry behind, and takes its own mark away when it is done.
 * - Where Redis cannot be told of a change, the database tells all replicas not to use it (trust.ts), before the change
 *   is acknowledged.
 *
 * An entry ends with its session, and when the session's `last_accessed_at` is due to be written; the database says in how
 * many milliseconds, Redis counts them from before the database was asked.
 */
import { randomBytes } from "node:crypto";
import type { Session } from "../guest-sessions/contract.ts";
import type { Redis } from "./redis.ts";
import type { Trust } from "./trust.ts";

/** A session as the database has it, and for how many milliseconds that holds unless somebody changes it. */
export type Found = { session: Session; lifetime: number };

/** Longer than a change takes; a process that dies in the middle leaves its mark for so long. Milliseconds. */
const MARK_LIFE = 10_000;
/** Longer than a look-up takes. Milliseconds. */
const TICKET_LIFE = 5_000;

/** An entry is its generation, a space, and the session. One of an older generation, or another database's, is nothing. */
const TAKE_TICKET = `
  local held = redis.call('get', KEYS[1])
  if held then
    local database, generation = string.match(held, '^([^?!: ]+):(%d+) ')
    local ours, now = string.match(ARGV[2], '^(.+):(%d+)$')
    if not database or (database == ours and tonumber(generation) >= tonumber(now)) then return false end
  end
  redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[3])
  local time = redis.call('time')
  return time[1] * 1000 + math.floor(time[2] / 1000)`;

const WRITE_ENTRY = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2])
  return redis.call('pexpireat', KEYS[1], ARGV[3])`;

/** What the operations know of it; they work without it as well. */
export type SessionCache = Pick<LookUps, "get" | "change">;

export const noCache: SessionCache = {
  get: (_, find) => find(),
  change: (_, work) => work(),
};

/** Marks stand one after the other: several changes of a session may be under way. Each is `!` and hexadecimal digits. */
const SET_MARK = `
  local held = redis.call('get', KEYS[1])
  local others = held and string.sub(held, 1, 1) == '!' and held or ''
  return redis.call('set', KEYS[1], others .. ARGV[1], 'px', ARGV[2])`;

/** Takes back this change's mark, or whatever else lies there; the marks of others stay. */
const TAKE_BACK = `
  local held = redis.call('get', KEYS[1])
  if held and string.sub(held, 1, 1) == '!' then
    local others = string.gsub(held, ARGV[1], '')
    if others ~= '' then return redis.call('set', KEYS[1], others, 'px', ARGV[2]) end
  end
  return redis.call('del', KEYS[1])`;

const keyOf = (sessionId: string) => `torioki:session:${sessionId}`;

export class LookUps {
  readonly #redis: Redis;
  readonly #trust: Trust;
  readonly #count: (outcome: "hit" | "miss" | "bypass") => void;

  constructor(redis: Redis, trust: Trust, count: (outcome: "hit" | "miss" | "bypass") => void) {
    this.#redis = redis;
    this.#trust = trust;
    this.#count = count;
    redis.onUpheaval(() => trust.forget());
  }

  /**
   * The session as Redis has it, else as the database has it.
   * @param find asks the database; undefined where the session is not live, which is never kept
   */
  async get<F extends Found>(
    sessionId: string,
    find: () => Promise<F | undefined>,
  ): Promise<Found | undefined> {
    const generation = this.#redis.isUp ? this.#trust.generation : undefined;
    const held = generation === undefined ? undefined : await this.#read(sessionId);
    if (generation === undefined || held === undefined) {
      this.#count("bypass");
      return find();
    }
    const session = sessionIn(held, generation);
    // Asked again: what came late may be out of date.
    if (session && this.#trust.generation === generation) {
      this.#count("hit");
      return { session, lifetime: 0 };
    }
    this.#count("miss");
    return this.#findAndKeep(sessionId, generation, find);
  }

  /**
   * Carries out what may change or end a session. When it is done, no look-up shows what was before.
   * @throws what the work throws; ToriokiError `database_unavailable` where the other replicas cannot be told
   */
  async change<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    const keys = [keyOf(sessionId)];
    const mark = `!${randomBytes(8).toString("hex")}`;
    const tell = (script: string) =>
      this.#tell((redis) => redis.eval(script, { keys, arguments: [mark, `${MARK_LIFE}`] }));
    await tell(SET_MARK);
    let done: T;
    try {
      done = await work();
    } catch (error) {
      // Nothing is acknowledged, so nobody need wait, for a database that is away least of all.
      void tell(TAKE_BACK).catch(() => {});
      throw error;
    }
    await tell(TAKE_BACK);
    return done;
  }

  async #tell(work: Parameters<Redis["run"]>[0]): Promise<void> {
    await this.#redis.run(work).catch(() => this.#trust.ban());
  }

  /** What lies under the key, `""` for nothing; undefined where Redis cannot say. */
  async #read(sessionId: string): Promise<string | undefined> {
    return this.#redis
      .run((redis) => redis.get(keyOf(sessionId)))
      .then(
        (held) => held ?? "",
        () => undefined,
      );
  }

  async #findAndKeep<F extends Found>(
    sessionId: string,
    generation: string,
    find: () => Promise<F | undefined>,
  ): Promise<F | undefined> {
    const keys = [keyOf(sessionId)];
    const ticket = `?${randomBytes(12).toString("base64url")}`;
    const now = await this.#redis
      .run((redis) => redis.eval(TAKE_TICKET, { keys, arguments: [ticket, generation, `${TICKET_LIFE}`] }))
      .catch(() => null);
    const found = await find();
    if (now === null || found === undefined || found.lifetime <= 0) return found;
    const entry = `${generation} ${JSON.stringify(found.session)}`;
    const end = Number(now) + Math.floor(found.lifetime);
    // Nobody waits for it: the next look-up finds it or does not.
    void this.#redis
      .run((redis) => redis.eval(WRITE_ENTRY, { keys, arguments: [ticket, entry, `${end}`] }))
      .catch(() => {});
    return found;
  }
}

/** The session in an entry of this generation; nothing in a mark, a ticket, or an entry of another. */
function sessionIn(held: string, generation: string): Session | undefined {
  const start = `${generation} `;
  return held.startsWith(start) ? (JSON.parse(held.slice(start.length)) as Session) : undefined;
}
