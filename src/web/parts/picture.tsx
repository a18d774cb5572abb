/** A dish's picture; a plain plate where there is none, or where it cannot be had. */
import { useState } from "react";

type Props = { src: string | null; width: number; height: number; isLazy?: boolean };

export function Picture({ src, width, height, isLazy = false }: Props) {
  const [broken, setBroken] = useState<string>();
  if (src === null || src === broken) return <div className="picture no-picture" aria-hidden="true" />;
  return (
    <img
      className="picture"
      src={src}
      alt=""
      width={width}
      height={height}
      loading={isLazy ? "lazy" : "eager"}
      decoding="async"
      onError={() => setBroken(src)}
    />
  );
}
