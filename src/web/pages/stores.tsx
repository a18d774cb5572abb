/** All stores, to choose one from. */
import { useEffect, useState } from "react";
import { Link } from "wouter";
import type { Store } from "../../client/client.ts";
import { useCart, useStores } from "../../react/react.ts";
import { SearchIcon } from "../parts/icons.tsx";
import { Live } from "../parts/live.tsx";
import { Loading } from "../parts/loading.tsx";
import { OpenBadge } from "../parts/open-badge.tsx";
import { ReadFault } from "../parts/read-fault.tsx";
import { StateView } from "../parts/state-view.tsx";
import { storePicture } from "../pictures/store-picture.ts";
import { useSpeech, useWords } from "../words/language.tsx";

/** Between the last key and the search. Milliseconds. */
const PAUSE = 200;

export function StoresPage() {
  const words = useWords();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const { stores, error, reload, loadMore } = useStores({ q });
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <>
      <title>{`${words.storesTitle} | ${words.brand}`}</title>
      <div className="intro">
        <h1 tabIndex={-1}>{words.storesTitle}</h1>
        <p>{words.storesIntro}</p>
      </div>
      <search className="search">
        <SearchIcon />
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          autoComplete="off"
          enterKeyHint="search"
          maxLength={100}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </search>
      <Live role="status" className="hint">
        {q && stores && words.found(stores.length)}
      </Live>
      {!stores && error && <ReadFault error={error} onRetry={reload} />}
      {!stores && !error && <Loading places={6} className="stores" />}
      {stores && stores.length === 0 && (
        <StateView picture="no-store">
          <p>{words.noStore(q)}</p>
          <button type="button" className="button" onClick={() => setTyped("")}>
            {words.showAll}
          </button>
        </StateView>
      )}
      {stores && stores.length > 0 && (
        <ul className="stores">
          {stores.map((store, n) => (
            <StoreCard key={store.id} store={store} isLazy={n > 3} isFirst={n === 0} />
          ))}
        </ul>
      )}
      {loadMore && (
        <button type="button" className="button is-quiet is-centred" onClick={() => void loadMore()}>
          {words.more}
        </button>
      )}
    </>
  );
}

function StoreCard({ store, isLazy, isFirst }: { store: Store; isLazy: boolean; isFirst: boolean }) {
  const { words, read } = useSpeech();
  const { cart } = useCart();
  const count =
    cart?.selected_store_id === store.id
      ? cart.total_items
      : (cart?.other_stores.find((other) => other.store_id === store.id)?.total_items ?? 0);
  return (
    <li>
      <Link className="card store-card" href={`/stores/${store.id}`}>
        <img
          className="store-picture"
          src={storePicture(store.name)}
          alt=""
          width="640"
          height="360"
          loading={isLazy ? "lazy" : "eager"}
          fetchPriority={isFirst ? "high" : "auto"}
        />
        <div className="store-words">
          <h2>{read(store.name)}</h2>
          {store.address && <p className="address">{read(store.address)}</p>}
          <p className="badges">
            <OpenBadge hours={store.hours} />
            {count > 0 && <span className="badge is-cart">{words.inCart(count)}</span>}
          </p>
        </div>
      </Link>
    </li>
  );
}
