/** A page's place while there is nothing to show: a picture, a sentence, a way on. */
import type { ReactNode } from "react";

type Props = { picture?: string; children: ReactNode };

export function StateView({ picture, children }: Props) {
  return (
    <div className="state">
      {picture && <img src={`/pictures/states.svg#${picture}`} alt="" width="240" height="180" />}
      {children}
    </div>
  );
}
