/** Says that the server cannot be asked, that nothing is lost by it, and lets the shopper try; or that a log-in is over. */
import { useAccount, useCart } from "../../react/react.ts";
import { useWords } from "../words/language.tsx";

export function ConnectionBanner() {
  const { waiting, isSaving, refresh } = useCart();
  const { hasEnded, dismissEnd } = useAccount();
  const words = useWords();
  return (
    <div role="status">
      {waiting && (
        <div className="banner">
          <p>
            <strong>
              {waiting.status === 0 ? (navigator.onLine ? words.away : words.offline) : waiting.detail}
            </strong>{" "}
            {isSaving ? words.waitingKept : words.waitingTries}
          </p>
          <button type="button" className="text-button" onClick={refresh}>
            {words.retry}
          </button>
        </div>
      )}
      {hasEnded && (
        <div className="banner">
          <p>{words.logInEnded}</p>
          <button type="button" className="text-button" onClick={dismissEnd}>
            {words.close}
          </button>
        </div>
      )}
    </div>
  );
}
