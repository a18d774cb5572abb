/** A dish, large: all that is said of it. The browser's own dialog keeps the focus inside and closes on Escape. */
import { type MouseEvent, useLayoutEffect, useRef } from "react";
import type { Menu, Store } from "../../client/client.ts";
import { yen } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { DishControl } from "./dish-control.tsx";
import { CloseIcon } from "./icons.tsx";
import { NoticeInDialog } from "./notice.tsx";
import { Picture } from "./picture.tsx";

type Props = { menu: Menu; store: Store; onClose: () => void };

export function DishDialog({ menu, store, onClose }: Props) {
  const { words, language, read } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the page: closed, it gives the focus back to where it was opened from.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const closeOutside = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      className="dish-dialog"
      aria-labelledby="dish-name"
      onClick={closeOutside}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dish-dialog-body">
        <button type="button" className="icon-button dialog-close" aria-label={words.close} onClick={onClose}>
          <CloseIcon />
        </button>
        <Picture src={menu.image_url} width={640} height={480} />
        <div className="dish-dialog-words">
          <h2 id="dish-name" tabIndex={-1}>
            {read(menu.name)}
          </h2>
          {menu.description && <p>{read(menu.description)}</p>}
          <div className="dish-foot">
            <span className="price">
              {yen(menu.price, language)} <small>{words.taxIncluded}</small>
            </span>
            {menu.is_available || <span className="badge is-closed">{words.soldOut}</span>}
            <DishControl menu={menu} store={store} />
          </div>
          <NoticeInDialog />
        </div>
      </div>
    </dialog>
  );
}
