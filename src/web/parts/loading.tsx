/** Grey places where a list will be. After a while it is said that this takes long. */
import { useEffect, useState } from "react";
import { useWords } from "../words/language.tsx";
import { Live } from "./live.tsx";

/** Milliseconds. */
const LONG = 4_000;

export function Loading({ places, className }: { places: number; className: string }) {
  const words = useWords();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), LONG);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <Live role="status" className={isSlow ? "hint" : "hidden"}>
        {isSlow ? words.slow : words.loading}
      </Live>
      <div className={className} aria-hidden="true">
        {Array.from({ length: places }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
          <div key={place} className="skeleton card" />
        ))}
      </div>
    </>
  );
}
