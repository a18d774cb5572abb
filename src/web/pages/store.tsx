/** One store: its hours, and its dishes to put into the cart. */
import { Link, useLocation, useSearch } from "wouter";
import type { Store } from "../../client/client.ts";
import { useCart, useMenus } from "../../react/react.ts";
import { DishCard } from "../parts/dish-card.tsx";
import { DishDialog } from "../parts/dish-dialog.tsx";
import { MoreIcon } from "../parts/icons.tsx";
import { Loading } from "../parts/loading.tsx";
import { OpenBadge } from "../parts/open-badge.tsx";
import { ReadFault } from "../parts/read-fault.tsx";
import { StateView } from "../parts/state-view.tsx";
import { WeekHours } from "../parts/week-hours.tsx";
import { storePicture } from "../pictures/store-picture.ts";
import { useSpeech, useWords } from "../words/language.tsx";

export function StorePage({ storeId }: { storeId: number }) {
  const { words, read } = useSpeech();
  const { store, menus, error, reload } = useMenus(storeId);
  if (!store || !menus) {
    if (!error) {
      return (
        <>
          <title>{`${words.loading} | ${words.brand}`}</title>
          <h1 tabIndex={-1} className="hidden">
            {words.loading}
          </h1>
          <div className="store-head" aria-hidden="true">
            <div className="skeleton store-hero" />
            <div className="store-words" />
          </div>
          <Loading places={8} className="dishes" />
        </>
      );
    }
    // Not one of ours (404), or an address that no store can have (422).
    const isGone = error.status === 404 || error.status === 422;
    if (isGone) return <Gone />;
    return (
      <>
        <title>{`${words.dishes} | ${words.brand}`}</title>
        <h1 tabIndex={-1} className="hidden">
          {words.dishes}
        </h1>
        <ReadFault error={error} onRetry={reload} />
      </>
    );
  }
  return (
    <>
      <title>{`${read(store.name)} | ${words.brand}`}</title>
      <StoreHead store={store} />
      <h2 className="dishes-title">{words.dishes}</h2>
      {menus.length === 0 && <p className="hint">{words.noDishes}</p>}
      <ul className="dishes">
        {menus.map((menu, n) => (
          <DishCard key={menu.id} menu={menu} store={store} isLazy={n > 5} />
        ))}
      </ul>
      <Shown store={store} />
    </>
  );
}

/** The dish that the address names, if any: so that going back closes it. */
function Shown({ store }: { store: Store }) {
  const { menus } = useMenus(store.id);
  const dish = new URLSearchParams(useSearch()).get("dish");
  const [, navigate] = useLocation();
  const menu = menus?.find(({ id }) => String(id) === dish);
  if (!menu) return null;
  const close = () => {
    if (history.state?.isFromStore) history.back();
    else navigate(`/stores/${store.id}`, { replace: true });
  };
  return <DishDialog key={menu.id} menu={menu} store={store} onClose={close} />;
}

function StoreHead({ store }: { store: Store }) {
  const { words, read } = useSpeech();
  return (
    <div className="store-head">
      <img
        className="store-hero"
        src={storePicture(store.name)}
        alt=""
        width="640"
        height="360"
        fetchPriority="high"
      />
      <div className="store-words">
        <h1 tabIndex={-1}>{read(store.name)}</h1>
        {store.address && <p className="address">{read(store.address)}</p>}
        {store.hours && (
          <details className="week">
            <summary>
              <OpenBadge hours={store.hours} /> {words.weekHours} <MoreIcon />
            </summary>
            <WeekHours hours={store.hours} />
          </details>
        )}
        <OtherCart store={store} />
      </div>
    </div>
  );
}

/** Whoever has begun at another store is told what will become of that cart, before and not after. */
function OtherCart({ store }: { store: Store }) {
  const { cart } = useCart();
  const storeId = cart?.selected_store_id;
  if (!storeId || storeId === store.id || !cart.total_items) return null;
  return <OtherCartNote storeId={storeId} count={cart.total_items} />;
}

function OtherCartNote({ storeId, count }: { storeId: number; count: number }) {
  const { words, read } = useSpeech();
  const { store } = useMenus(storeId);
  return store ? <p className="note">{words.ordersElsewhere(read(store.name), count)}</p> : null;
}

function Gone() {
  const words = useWords();
  return (
    <StateView picture="no-store">
      <title>{`${words.storeGone} | ${words.brand}`}</title>
      <h1 tabIndex={-1}>{words.storeGone}</h1>
      <Link className="button" href="/">
        {words.home}
      </Link>
    </StateView>
  );
}
