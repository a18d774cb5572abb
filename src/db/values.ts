/** How PostgreSQL's values become JavaScript's, the same for both engines. Keys are PostgreSQL's type oids. */
export const INT8 = 20;
export const TIMESTAMPTZ = 1184;

/** `bigint` as a number where that is exact, else as a BigInt: never a silently wrong number. */
function parseInt8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

export const parsers: Record<number, (text: string) => unknown> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: (text) => new Date(text),
};
