import type { ComponentProps, MouseEvent } from "react";
import { navigate } from "wouter/use-browser-location";

type LinkProps = ComponentProps<"a"> & { href: string; state?: unknown };

/** To another page of ours without loading it anew, unless the shopper asks the browser for a tab or a window of its own. */
export function Link({ href, state = null, ...rest }: LinkProps) {
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href, { state });
  };
  return <a {...rest} href={href} onClick={go} />;
}
