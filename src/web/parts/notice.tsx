/** One line that says what has just happened, with a way back where there is one. Read out by screen readers. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useWords } from "../words/language.tsx";
import { CloseIcon } from "./icons.tsx";
import { Live } from "./live.tsx";

type Notice = { text: string; undo?: (() => void) | undefined };

type Say = (text: string, undo?: () => void) => void;

const SayContext = createContext<Say>(() => {});
const NoticeContext = createContext<{ notice: Notice | undefined; undo: () => void }>({
  notice: undefined,
  undo: () => {},
});

/** Long enough to read it and to reach the button. Milliseconds. */
const SHOWN = 12_000;

export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice>();
  const [isHeld, setHeld] = useState(false);
  const words = useWords();
  const say = useCallback<Say>((text, undo) => setNotice({ text, undo }), []);
  useEffect(() => {
    if (!notice || isHeld) return;
    const timer = setTimeout(() => setNotice(undefined), SHOWN);
    return () => clearTimeout(timer);
  }, [notice, isHeld]);
  const hold = useMemo(
    () => ({
      onPointerEnter: () => setHeld(true),
      onPointerLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    }),
    [],
  );
  const undo = () => {
    notice?.undo?.();
    setHeld(false);
    setNotice(undefined);
  };
  return (
    <SayContext value={say}>
      <NoticeContext value={{ notice, undo }}>{children}</NoticeContext>
      <div className="notice-place" role="status" {...hold}>
        {notice && (
          <div className="notice">
            <p>{notice.text}</p>
            {notice.undo && (
              <button type="button" className="notice-undo" onClick={undo}>
                {words.undo}
              </button>
            )}
            <button
              type="button"
              className="icon-button"
              aria-label={words.close}
              onClick={() => setNotice(undefined)}
            >
              <CloseIcon />
            </button>
          </div>
        )}
      </div>
    </SayContext>
  );
}

export function useSay(): Say {
  return useContext(SayContext);
}

/** The notice once more, for a dialog: it lies over the page's own place for it, which nothing can reach meanwhile. */
export function NoticeInDialog() {
  const { notice, undo } = useContext(NoticeContext);
  const [before] = useState(notice);
  const words = useWords();
  return (
    <Live role="status">
      {notice && notice !== before && (
        <p className="note">
          {notice.text}{" "}
          {notice.undo && (
            <button type="button" className="text-button" onClick={undo}>
              {words.undo}
            </button>
          )}
        </p>
      )}
    </Live>
  );
}
