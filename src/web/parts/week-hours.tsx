/** The opening hours of every day of the week. */
import type { Store } from "../../client/client.ts";
import { useWords } from "../words/language.tsx";

export function WeekHours({ hours }: { hours: NonNullable<Store["hours"]> }) {
  const words = useWords();
  return (
    <dl className="week-hours">
      {words.weekdays.map((name, n) => {
        const spans = hours.week.filter(({ weekday }) => weekday === n + 1);
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {spans.length === 0
                ? words.dayOff
                : spans.map(({ opens, closes }) => `${opens} – ${closes}`).join(", ")}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
