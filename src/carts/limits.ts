/** How much a cart holds. Plain figures, without an import, so that the page and the apps can have them, too. */

/** A cart holds at most this many of one menu; the table's check says the same. */
export const MAX_QUANTITY = 99;
/** A session holds at most this many lines, over all stores. */
export const MAX_LINES = 100;
/** A hand-over leaves a user at most this many lines, over all stores. */
export const MAX_USER_LINES = 1_000;
/** A cart of more lines than these is read and written on its own, never together with others'. */
export const MAX_LINES_IN_BATCH = 200;
