/** Pauses pass faster, so that a test need not sit through them. */
import { afterAll, beforeAll, vi } from "vitest";

/** For the whole test file; the clock itself (`Date.now`) goes on as ever. */
export function passTimeFaster(times: number): void {
  const { setTimeout } = globalThis;
  beforeAll(() => {
    vi.stubGlobal("setTimeout", (call: () => void, milliseconds = 0, ...rest: []) =>
      setTimeout(call, milliseconds / times, ...rest),
    );
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });
}
