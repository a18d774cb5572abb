/** The cart as a page of its own, for phones. */
import { CartPanel } from "../parts/cart-panel.tsx";
import { useWords } from "../words/language.tsx";

export function CartPage() {
  const words = useWords();
  return (
    <div className="narrow">
      <title>{`${words.cart} | ${words.brand}`}</title>
      <CartPanel headingLevel={1} />
    </div>
  );
}
