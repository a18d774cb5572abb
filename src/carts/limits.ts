/** How much a cart holds. Plain figures, without an import, so that the page and the apps can have them, too. */

/** A cart holds at most this many of one menu; the table's check says the same. */
export const MAX_QUANTITY = 99;
/** A session holds at most this many lines, over all stores. */
export const MAX_LINES = 100;
