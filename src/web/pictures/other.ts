/** Small pictures for what a page has to say when it has nothing to list. */
import { emptyCart } from "./states/empty-cart.ts";
import { expired } from "./states/expired.ts";
import { noStore } from "./states/no-store.ts";
import { offline } from "./states/offline.ts";
import { welcome } from "./states/welcome.ts";

/** What `<svg viewBox="0 0 320 240">` holds for each slug; the background is transparent. */
export const statePictures: Record<string, string> = {
  "empty-cart": emptyCart,
  "no-store": noStore,
  offline,
  expired,
  welcome,
};
