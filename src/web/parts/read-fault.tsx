/** A list that could not be read: why, and that it is tried again. */
import type { ClientError } from "../../client/client.ts";
import { useWords } from "../words/language.tsx";
import { Live } from "./live.tsx";
import { StateView } from "./state-view.tsx";

export function ReadFault({ error, onRetry }: { error: ClientError; onRetry: () => void }) {
  const words = useWords();
  const isAway = error.status === 0;
  return (
    <Live role="alert">
      <StateView picture="offline">
        <p>
          <strong>{isAway ? (navigator.onLine ? words.away : words.offline) : error.detail}</strong>{" "}
          {isAway && words.waitingTries}
        </p>
        <button type="button" className="button" onClick={onRetry}>
          {words.retry}
        </button>
      </StateView>
    </Live>
  );
}
