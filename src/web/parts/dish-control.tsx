/** Puts a dish into the cart, or changes how many of it there are; what is refused is said right here. */
import { useEffect, useRef } from "react";
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
  const { place, keepFocus } = useFocusKept(line === undefined);
  return (
    <div className="dish-control" ref={place}>
      {line ? (
        <Stepper
          dish={name}
          quantity={line.quantity}
          onStep={(by) => basket.step(line, by)}
          onSet={(quantity) => basket.setQuantity(line, quantity)}
          onRemove={() => {
            keepFocus();
            basket.takeOut(line);
          }}
        />
      ) : (
        menu.is_available && (
          <button
            type="button"
            className="add-button"
            aria-label={words.addDish(name)}
            onClick={() => {
              keepFocus();
              basket.putIn(menu, store);
            }}
          >
            <PlusIcon />
            <span>{words.add}</span>
          </button>
        )
      )}
      <Refusal refused={basket.refusalOf(menu.id)} onDismiss={basket.dismiss} />
    </div>
  );
}

/** The button that was pressed makes way for others; whoever goes by keyboard goes on at the last of those. */
function useFocusKept(isOut: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const wasPressed = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the buttons change with it
  useEffect(() => {
    if (wasPressed.current)
      place.current?.querySelector<HTMLElement>(":scope > button, form + button")?.focus();
    wasPressed.current = false;
  }, [isOut]);
  return {
    place,
    keepFocus: () => {
      wasPressed.current = true;
    },
  };
}
