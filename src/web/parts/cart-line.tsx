/** One line of the cart. */
import type { CartItem } from "../../client/client.ts";
import type { Refused } from "../../react/react.ts";
import { yen } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { Picture } from "./picture.tsx";
import { Refusal } from "./refusal.tsx";
import { Stepper } from "./stepper.tsx";

type Props = {
  item: CartItem;
  refused: Refused | undefined;
  onDismiss: (refused: Refused) => void;
  onStep: (by: number) => void;
  onSet: (quantity: number) => void;
  onRemove: () => void;
};

export function CartLine({ item, refused, onDismiss, onStep, onSet, onRemove }: Props) {
  const { words, language, read } = useSpeech();
  const name = read(item.menu.name);
  return (
    <li className={item.orderable ? "line" : "line is-off"}>
      <Picture src={item.menu.image_url} width={96} height={72} />
      <div>
        <p className="line-name">{name}</p>
        <p className="hint">{words.each(yen(item.menu.price, language))}</p>
        {item.notices.map(({ code, message }) => (
          <p key={code} className="line-notice">
            {message} {words.notCounted}
          </p>
        ))}
      </div>
      <p className="line-sum">{yen(item.subtotal, language)}</p>
      <div className="line-control">
        {(item.quantity > 1 || !item.orderable) && (
          <button
            type="button"
            className="text-button"
            aria-label={words.removeDish(name)}
            onClick={onRemove}
          >
            {words.remove}
          </button>
        )}
        {item.orderable && (
          <Stepper dish={name} quantity={item.quantity} onStep={onStep} onSet={onSet} onRemove={onRemove} />
        )}
      </div>
      <Refusal refused={refused} onDismiss={onDismiss} />
    </li>
  );
}
