/** The cart at the bottom of a phone's page, where the thumb is. */
import { Link } from "wouter";
import { useCart } from "../../react/react.ts";
import { yen } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { BasketIcon } from "./icons.tsx";

export function CartBar() {
  const { cart } = useCart();
  const { words, language } = useSpeech();
  const total = yen(cart?.total_amount ?? 0, language);
  const count = cart?.total_items ?? 0;
  const waits = cart?.other_stores.length ?? 0;
  return (
    <Link
      className={count + waits > 0 ? "cart-bar" : "cart-bar is-empty"}
      href="/cart"
      aria-label={words.cartOf(count, total)}
    >
      <span className="cart-bar-icon">
        <BasketIcon />
        {count > 0 && <span className="count">{count}</span>}
      </span>
      <span className="cart-bar-word">{words.cart}</span>
      <span className="cart-bar-total">{count > 0 ? total : words.emptyCart}</span>
    </Link>
  );
}
