/** For a guest on a shared device: leaves nothing behind. Asks once more, since there is no way back. */
import { useEffect, useRef, useState } from "react";
import { ClientError } from "../../client/client.ts";
import { useSession } from "../../react/react.ts";
import { useWords } from "../words/language.tsx";
import { Live } from "./live.tsx";
import { useSay } from "./notice.tsx";

export function ForgetCart() {
  const { sessionId, isGuest, forget } = useSession();
  const words = useWords();
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState<string>();
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isAsking) panel.current?.focus();
  }, [isAsking]);
  if (!isGuest || !sessionId) return null;
  const clear = async () => {
    try {
      await forget();
      say(words.forgotten);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      setFault(error.detail);
    }
  };
  if (!isAsking) {
    return (
      <button type="button" className="text-button forget" onClick={() => setAsking(true)}>
        {words.forget}
      </button>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div ref={panel} className="panel" role="group" aria-label={words.forget} tabIndex={-1}>
      <p>{words.forgetSure}</p>
      <Live role="alert" className="refusal">
        {fault && <p>{fault}</p>}
      </Live>
      <div className="panel-buttons">
        <button type="button" className="button" onClick={() => void clear()}>
          {words.forgetYes}
        </button>
        <button type="button" className="button is-quiet" onClick={() => setAsking(false)}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
