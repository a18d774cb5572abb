/** Puts a dish into the cart, or changes how many of it there are; what is refused is said right here. */
import type { Menu, Store } from "../../client/client.ts";
import { useSpeech } from "../words/language.tsx";
import { PlusIcon } from "./icons.tsx";
import { Refusal } from "./refusal.tsx";
import { Stepper } from "./stepper.tsx";
import { useBasket } from "./use-basket.ts";

export function DishControl({ menu, store }: { menu: Menu; store: Store }) {
  const { words, read } = useSpeech();
  const basket = useBasket();
  const name = read(menu.name);
  const line = basket.lineOf(menu.id);
  return (
    <>
      {line ? (
        <Stepper
          dish={name}
          quantity={line.quantity}
          onStep={(by) => basket.step(line, by)}
          onSet={(quantity) => basket.setQuantity(line, quantity)}
          onRemove={() => basket.takeOut(line)}
        />
      ) : (
        menu.is_available && (
          <button
            type="button"
            className="add-button"
            aria-label={words.addDish(name)}
            onClick={() => basket.putIn(menu, store)}
          >
            <PlusIcon />
            <span>{words.add}</span>
          </button>
        )
      )}
      <Refusal refused={basket.refusalOf(menu.id)} onDismiss={basket.dismiss} />
    </>
  );
}
