/** Whether a store is open now, and until when, or from when. */
import type { Store } from "../../client/client.ts";
import { openState } from "../hours.ts";
import { useWords } from "../words/language.tsx";
import { useNow } from "./use-now.ts";

export function OpenBadge({ hours }: { hours: Store["hours"] }) {
  const words = useWords();
  const now = useNow();
  if (!hours) return null;
  const state = openState(hours, now);
  if (state.isOpen) {
    return (
      <span className="badge is-open">
        <strong>{words.open}</strong> {words.until(state.until)}
      </span>
    );
  }
  const { opens } = state;
  return (
    <span className="badge is-closed">
      <strong>{words.closed}</strong>{" "}
      {opens &&
        (opens.inDays === 0
          ? words.opensToday(opens.time)
          : opens.inDays === 1
            ? words.opensTomorrow(opens.time)
            : words.opensOn(words.weekdays[opens.weekday - 1] as string, opens.time))}
    </span>
  );
}
