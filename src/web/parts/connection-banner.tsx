/** Says that the server cannot be asked, that nothing is lost by it, and lets the shopper try. */
import { useCart } from "../../react/react.ts";
import { useWords } from "../words/language.tsx";

export function ConnectionBanner() {
  const { waiting, isSaving, refresh } = useCart();
  const words = useWords();
  return (
    <div role="status" className="banner-place">
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
    </div>
  );
}
