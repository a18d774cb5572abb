/** Fewer, how many, more. The number can be typed, too. */
import { type FormEvent, useState } from "react";
import { useWords } from "../words/language.tsx";
import { MinusIcon, PlusIcon, TrashIcon } from "./icons.tsx";

/** The contract's. */
export const MOST = 99;

type Props = {
  dish: string;
  quantity: number;
  onStep: (by: number) => void;
  /** @param quantity 1 to 99 */
  onSet: (quantity: number) => void;
  onRemove: () => void;
};

export function Stepper({ dish, quantity, onStep, onSet, onRemove }: Props) {
  const words = useWords();
  const isLast = quantity === 1;
  return (
    <div className="stepper">
      <button
        type="button"
        className="round"
        aria-label={isLast ? words.removeDish(dish) : words.fewer(dish)}
        onClick={() => (isLast ? onRemove() : onStep(-1))}
      >
        {isLast ? <TrashIcon /> : <MinusIcon />}
      </button>
      <QuantityField label={words.quantityOf(dish)} quantity={quantity} onSet={onSet} />
      <button
        type="button"
        className="round"
        aria-label={words.oneMore(dish)}
        aria-disabled={quantity >= MOST}
        title={quantity >= MOST ? words.mostOfDish : undefined}
        onClick={() => quantity < MOST && onStep(1)}
      >
        <PlusIcon />
      </button>
    </div>
  );
}

/** What is typed counts when the field is left or Enter is pressed; anything but 1 to 99 is taken back. */
function QuantityField({
  label,
  quantity,
  onSet,
}: {
  label: string;
  quantity: number;
  onSet: (quantity: number) => void;
}) {
  /** Only what was typed in fact: whoever just passes through must not set what was shown a moment ago. */
  const [typed, setTyped] = useState<string>();
  const take = () => {
    const wanted = Number(typed);
    // Neither the empty field's 0 nor the untouched one's NaN is.
    if (wanted >= 1 && wanted <= MOST && wanted !== quantity) onSet(wanted);
    setTyped(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take();
  };
  return (
    <form onSubmit={submit}>
      <input
        className="quantity"
        inputMode="numeric"
        maxLength={2}
        aria-label={label}
        value={typed ?? quantity}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, ""))}
        onFocus={(event) => event.target.select()}
        onBlur={take}
      />
    </form>
  );
}
