/** The time, anew twice a minute: a page may stay open over a store's closing time. */
import { useEffect, useState } from "react";

const STEP = 30_000;

export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), STEP);
    return () => clearInterval(timer);
  }, []);
  return now;
}
