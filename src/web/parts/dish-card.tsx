/** A dish in a store's list. */
import type { Menu, Store } from "../../client/client.ts";
import { yen } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { DishControl } from "./dish-control.tsx";
import { Link } from "./link.tsx";
import { Picture } from "./picture.tsx";

export function DishCard({ menu, store, isLazy }: { menu: Menu; store: Store; isLazy: boolean }) {
  const { words, language, read } = useSpeech();
  const name = read(menu.name);
  return (
    <li className={menu.is_available ? "card dish-card" : "card dish-card is-sold-out"}>
      <Link className="dish-link" href={`/stores/${store.id}?dish=${menu.id}`} state={{ isFromStore: true }}>
        <span className="hidden">{words.details(name)}</span>
        <Picture src={menu.image_url} width={320} height={240} isLazy={isLazy} />
        {!menu.is_available && <span className="sold-out">{words.soldOut}</span>}
      </Link>
      <div className="dish-words">
        <h3>{name}</h3>
        {menu.description && <p className="description">{read(menu.description)}</p>}
        <div className="dish-foot">
          <span className="price">{yen(menu.price, language)}</span>
          <DishControl menu={menu} store={store} />
        </div>
      </div>
    </li>
  );
}
