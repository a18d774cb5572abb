/** The cart at the bottom of a phone's page, where the thumb is. What it says is said again with every change. */
import { useCart } from "../../react/react.ts";
import { yen } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { BasketIcon } from "./icons.tsx";
import { Link } from "./link.tsx";

export function CartBar() {
  const { cart } = useCart();
  const { words, language } = useSpeech();
  const total = yen(cart?.total_amount ?? 0, language);
  const count = cart?.total_items ?? 0;
  const waits = cart?.other_stores.length ?? 0;
  return (
    <nav aria-label={words.cart}>
      <Link className={count + waits > 0 ? "cart-bar" : "cart-bar is-empty"} href="/cart">
        <span className="hidden" aria-live="polite">
          {words.cartOf(count, total)}
        </span>
        <span className="cart-bar-icon" aria-hidden="true">
          <BasketIcon />
          {count > 0 && <span className="count">{count}</span>}
        </span>
        <span aria-hidden="true">{words.cart}</span>
        {count > 0 && (
          <span className="cart-bar-total" aria-hidden="true">
            {total}
          </span>
        )}
      </Link>
    </nav>
  );
}
