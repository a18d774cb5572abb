/** The cart, with a word to the shopper about what changed. */
import type { CartItem, Menu, Store } from "../../client/client.ts";
import { useCart } from "../../react/react.ts";
import { useSpeech } from "../words/language.tsx";
import { useSay } from "./notice.tsx";

export function useBasket() {
  const basket = useCart();
  const { words, read } = useSpeech();
  const say = useSay();
  const { cart } = basket;
  return {
    ...basket,
    lineOf: (menuId: number) => cart?.items.find((item) => item.menu_id === menuId),
    /** A dish of this store; says so where it is not the store of the dishes before. */
    putIn: (menu: Menu, store: Store) => {
      const before = cart?.selected_store_id ?? null;
      if (before !== null && before !== store.id) {
        say(cart?.items.length ? words.switchedKept(read(store.name)) : words.switched(read(store.name)));
      }
      basket.add(menu);
    },
    goTo: (storeId: number, storeName: string) => {
      basket.selectStore(storeId);
      say(cart?.items.length ? words.switchedKept(read(storeName)) : words.switched(read(storeName)));
    },
    takeOut: (item: CartItem) => {
      basket.remove(item);
      say(words.removed(read(item.menu.name)), () => basket.add(item.menu, item.quantity));
    },
    empty: () => {
      const items = cart?.items ?? [];
      basket.clear();
      say(words.emptied, () => {
        for (const { menu, quantity } of items) basket.add(menu, quantity);
      });
    },
  };
}
