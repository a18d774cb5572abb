/** Why a change was refused, beside what it was about. */
import type { Refused } from "../../react/react.ts";
import { useWords } from "../words/language.tsx";
import { CloseIcon } from "./icons.tsx";
import { Live } from "./live.tsx";

export function Refusal({
  refused,
  dish,
  onDismiss,
}: {
  refused: Refused | undefined;
  /** Its name, where it is not beside it. */
  dish?: string | undefined;
  onDismiss: (refused: Refused) => void;
}) {
  const words = useWords();
  return (
    <Live role="alert" className="refusal">
      {refused && (
        <>
          <p>
            {dish && <strong>{dish}: </strong>}
            {refused.error.detail}
          </p>
          <button
            type="button"
            className="icon-button"
            aria-label={words.close}
            onClick={() => onDismiss(refused)}
          >
            <CloseIcon />
          </button>
        </>
      )}
    </Live>
  );
}
