/**
 * Loads something at the first call and gives it to all calls. A load that fails is tried again by the next call: a process that had
 * no file descriptor left at that moment must not go without for ever.
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
