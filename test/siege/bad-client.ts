/** What a bad client of the catalogue is: what it does, for how long at most, and which answers it may see. */
import type { Target } from "./target.ts";

/** A status, or `100 Continue`'s like; what happens to a connection without an answer is in {@link Ending}. */
export type BadClient = {
  /** Unique in the catalogue. */
  name: string;
  /** One sentence for the table in docs/security.md. */
  does: string;
  /** Statuses that it has to see at least once each. */
  must: number[];
  /** Statuses that it may see as well. Any other status makes the siege fail. */
  may: number[];
  /** Seconds after which it is ended, and the siege fails. */
  seconds: number;
  /** true: all it asks for is a file, so the server has nothing to read for it but the requests themselves. */
  isForFiles?: boolean;
  /** true: nearly all its requests are refused, and a refused request leaves nothing behind. */
  leavesNothing?: boolean;
  attack(target: Target): Promise<void>;
};

/**
 * How a connection ended: `closed` or `reset` by the server, `refused` (nobody listened); `left open`: the server owed it nothing
 * more, or had waited longer than it promises, and has not ended it; `still held`: it has ended it, but not let go of the socket.
 */
export type Ending = "closed" | "reset" | "refused" | "left open" | "still held";

/** What an attack process reports. */
export type Report = {
  connections: number;
  requests: number;
  /** Bytes that were handed to the system to be sent. */
  sent: number;
  /** How often each status and each ending was seen. */
  codes: Record<string, number>;
  /** What was known of the first connection with an ending that is a fault. */
  details: Record<string, string>;
};
