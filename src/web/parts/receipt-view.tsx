/** What a log-in did with the guest's cart, line by line. */
import type { Receipt, ReceiptItem } from "../../client/client.ts";
import { useAccount, useMenus } from "../../react/react.ts";
import { NO_BREAK_SPACE } from "../format.ts";
import type { Words } from "../words/en.ts";
import { useSpeech, useWords } from "../words/language.tsx";
import { Live } from "./live.tsx";
import { Picture } from "./picture.tsx";

/** Right after the log-in, until it has been seen. */
export function NewReceipt({ headingLevel }: { headingLevel: 2 | 3 }) {
  const Heading = `h${headingLevel}` as const;
  const { receipt, dismissReceipt } = useAccount();
  const words = useWords();
  return (
    <Live role="status">
      {receipt && (
        <section className="panel receipt">
          <img src="/pictures/states.svg#welcome" alt="" width="160" height="120" />
          <Heading>{words.receiptTitle}</Heading>
          <p>{words.receiptIntro(receipt.total_quantity)}</p>
          <ReceiptLines receipt={receipt} />
          <div className="panel-buttons">
            <button type="button" className="button" onClick={dismissReceipt}>
              {words.receiptOk}
            </button>
          </div>
        </section>
      )}
    </Live>
  );
}

export function ReceiptLines({ receipt }: { receipt: Receipt }) {
  const stores = new Set(receipt.items.map(({ store_id }) => store_id));
  return [...stores].map((storeId) => (
    <AtStore
      key={storeId}
      storeId={storeId}
      items={receipt.items.filter(({ store_id }) => store_id === storeId)}
    />
  ));
}

function AtStore({ storeId, items }: { storeId: number; items: ReceiptItem[] }) {
  const { store, menus } = useMenus(storeId);
  const { words, read } = useSpeech();
  return (
    <>
      <p className="receipt-store">{store ? read(store.name) : NO_BREAK_SPACE}</p>
      <ul className="receipt-lines">
        {items.map((item) => {
          const menu = menus?.find(({ id }) => id === item.menu_id);
          return (
            <li key={item.menu_id} className={item.outcome === "capped" ? "is-capped" : undefined}>
              <Picture src={menu?.image_url ?? null} width={64} height={48} />
              <span>{menu && read(menu.name)}</span>
              <span className="outcome">{outcomeOf(item, words)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function outcomeOf(item: ReceiptItem, words: Words): string {
  const { outcome, guest_quantity: guest, user_quantity_before: before, user_quantity_after: after } = item;
  if (outcome === "migrated") return words.migrated(guest);
  if (outcome === "capped") return words.capped(before, guest, after);
  // A shop may merge in other ways than adding up (HAND_OVER_STRATEGY).
  return before + guest === after ? words.merged(before, guest, after) : words.mergedOther(after);
}
