/** What a cart tells to those who show it, and to the page that it is part of. */
import type { CartItem, ClientError } from "../client/client.ts";
import type { Change, ShopperCart } from "./changes.ts";
import type { Owner } from "./owner.ts";

/** A change that was refused, and taken back. */
export type Refused = { id: number; change: Change; error: ClientError };

export type CartState = {
  /** undefined: not known yet */
  cart: ShopperCart | undefined;
  owner: Owner["kind"];
  /** Whether changes are on their way. */
  isSaving: boolean;
  /** Whether another store has been chosen, whose lines are still to come. */
  isSwitching: boolean;
  /** Why the server cannot be asked at the moment. It is tried again by itself; what was changed is kept. */
  waiting: ClientError | undefined;
  refused: readonly Refused[];
  /** The lines of a guest session that is over: 24 hours have passed, or somebody ended it. */
  lost: readonly CartItem[] | undefined;
};

export type CartEvents = {
  /** The server has confirmed a change. */
  changed: () => void;
  refused: (change: Change) => void;
  /**
   * The session, or the log-in, is over without this page having ended it.
   * @returns whether that is explained, so that nothing is lost: by a log-in in another tab
   */
  ended: () => Promise<boolean>;
};

export const atFirst: Omit<CartState, "cart" | "owner"> = {
  isSaving: false,
  isSwitching: false,
  waiting: undefined,
  refused: [],
  lost: undefined,
};
