/** What screen readers say by themselves. They listen to a place that is there before its words: those that come with it go unheard. */
import { type ReactNode, useEffect, useState } from "react";

/** Between the place and its words. Milliseconds. */
const PAUSE = 100;

/** @param role `alert` interrupts what is being read, `status` waits for its end */
export function Live({
  role,
  className,
  id,
  children,
}: {
  role: "alert" | "status";
  className?: string;
  id?: string;
  children: ReactNode;
}) {
  const [isHeard, setHeard] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setHeard(true), PAUSE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role={role} className={className} id={id}>
      {isHeard && children}
    </div>
  );
}
