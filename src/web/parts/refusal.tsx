/** Why a change was refused, beside what it was about. */
import type { Refused } from "../../react/react.ts";
import { useWords } from "../words/language.tsx";
import { CloseIcon } from "./icons.tsx";

export function Refusal({
  refused,
  onDismiss,
}: {
  refused: Refused | undefined;
  onDismiss: (refused: Refused) => void;
}) {
  const words = useWords();
  if (!refused) return null;
  return (
    <div className="refusal" role="alert">
      <p>{refused.error.detail}</p>
      <button
        type="button"
        className="icon-button"
        aria-label={words.close}
        onClick={() => onDismiss(refused)}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
