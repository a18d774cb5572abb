/** All that is in the cart, what it comes to, and how long it is kept. */
import { usePathname } from "wouter/use-browser-location";
import { useMenus, useSession } from "../../react/react.ts";
import { NO_BREAK_SPACE, yen } from "../format.ts";
import { useSpeech, useWords } from "../words/language.tsx";
import { CartLine } from "./cart-line.tsx";
import { ForgetCart } from "./forget-cart.tsx";
import { KeptUntil } from "./kept-until.tsx";
import { Link } from "./link.tsx";
import { LostCart } from "./lost-cart.tsx";
import { NewReceipt } from "./receipt-view.tsx";
import { Refusal } from "./refusal.tsx";
import { StateView } from "./state-view.tsx";
import { useBasket } from "./use-basket.ts";

export function CartPanel({ headingLevel }: { headingLevel: 1 | 2 }) {
  const { words, language, read } = useSpeech();
  const basket = useBasket();
  const { isGuest } = useSession();
  const { cart, isSwitching } = basket;
  const Heading = `h${headingLevel}` as const;
  const below = headingLevel === 1 ? 2 : 3;
  const SubHeading = `h${below}` as const;
  const items = cart?.items ?? [];
  const path = usePathname();
  // What is about a line, or a dish of the page that is shown, is said there.
  const refused = basket.refused.findLast(
    ({ change }) =>
      !("menu" in change) || (!basket.lineOf(change.menu.id) && path !== `/stores/${change.menu.store_id}`),
  );
  const dish = refused && "menu" in refused.change ? read(refused.change.menu.name) : undefined;
  return (
    <div className="cart">
      <div className="cart-head">
        <Heading tabIndex={-1}>{words.cart}</Heading>
        {cart?.selected_store_id ? <StoreName storeId={cart.selected_store_id} /> : null}
        <Saving isSaving={basket.isSaving} hasItems={items.length > 0} />
      </div>
      <NewReceipt headingLevel={below} />
      <LostCart headingLevel={below} />
      <Refusal refused={refused} dish={dish} onDismiss={basket.dismiss} />
      {isSwitching && <div className="skeleton line-skeleton" />}
      {cart && items.length === 0 && !isSwitching && <EmptyCart storeId={cart.selected_store_id} />}
      <ul className="lines">
        {items.map((item) => (
          <CartLine
            key={item.menu_id}
            item={item}
            refused={basket.refusalOf(item.menu_id)}
            onDismiss={basket.dismiss}
            onStep={(by) => basket.step(item, by)}
            onSet={(quantity) => basket.setQuantity(item, quantity)}
            onRemove={() => basket.takeOut(item)}
          />
        ))}
      </ul>
      {items.length > 0 && <KeptUntil />}
      <div className="cart-sum">
        <div aria-live="polite">
          {cart && items.length > 0 && (
            <dl className="total">
              <dt>
                {words.total}{" "}
                <small>
                  {words.items(cart.total_items)}, {words.taxIncluded}
                </small>
              </dt>
              <dd>{yen(cart.total_amount, language)}</dd>
            </dl>
          )}
        </div>
        {items.length > 0 && isGuest && (
          <Link className="button is-wide" href="/account">
            {words.keepForGood}
          </Link>
        )}
      </div>
      {cart && items.length > 0 && (
        <>
          <div className="cart-foot">
            {cart.selected_store_id && <BackToStore storeId={cart.selected_store_id} />}
            <button type="button" className="text-button" onClick={() => basket.empty()}>
              {words.clear}
            </button>
          </div>
          <p className="hint">{words.pickUpNote}</p>
        </>
      )}
      {cart && cart.other_stores.length > 0 && (
        <section className="waiting" aria-label={words.waiting}>
          <SubHeading>{words.waiting}</SubHeading>
          <ul>
            {cart.other_stores.map(({ store_id, store_name, total_items }) => (
              <li key={store_id}>
                <span>{words.waitsAt(read(store_name), total_items)}</span>
                <button
                  type="button"
                  className="text-button"
                  onClick={() => basket.goTo(store_id, store_name)}
                >
                  {words.goThere}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ForgetCart />
    </div>
  );
}

/** Takes its line before the name is known: nothing moves when it comes. */
function StoreName({ storeId }: { storeId: number }) {
  const { store } = useMenus(storeId);
  const { read } = useSpeech();
  return <p className="cart-store">{store ? read(store.name) : NO_BREAK_SPACE}</p>;
}

function BackToStore({ storeId }: { storeId: number }) {
  const { words, read } = useSpeech();
  const { store } = useMenus(storeId);
  const path = usePathname();
  if (!store || path === `/stores/${storeId}`) return null;
  return (
    <Link className="text-button" href={`/stores/${storeId}`}>
      {words.backToStore(read(store.name))}
    </Link>
  );
}

function Saving({ isSaving, hasItems }: { isSaving: boolean; hasItems: boolean }) {
  const words = useWords();
  if (!isSaving && !hasItems) return null;
  return <p className="saving">{isSaving ? words.saving : words.saved}</p>;
}

function EmptyCart({ storeId }: { storeId: number | null }) {
  const words = useWords();
  const path = usePathname();
  const next = storeId ? `/stores/${storeId}` : "/";
  return (
    <StateView picture="empty-cart">
      <p>
        <strong>{words.emptyCart}</strong>
      </p>
      <p className="hint">{words.emptyCartHint}</p>
      {path !== next && (
        <Link className="button is-quiet" href={next}>
          {words.chooseStore}
        </Link>
      )}
    </StateView>
  );
}
