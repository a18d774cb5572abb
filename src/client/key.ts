/** A key for a change (`Idempotency-Key`). Unique is enough. `randomUUID` is missing in React Native, and on pages over plain HTTP. */
export function newKey(): string {
  const random = () => Math.random().toString(36).slice(2);
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${random()}${random()}`;
}
