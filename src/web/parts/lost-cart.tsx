/** The session is over: says so, and offers to put back what was in it. */
import { useSession } from "../../react/react.ts";
import { useSpeech } from "../words/language.tsx";

export function LostCart({ headingLevel }: { headingLevel: 2 | 3 }) {
  const Heading = `h${headingLevel}` as const;
  const { lost, restore, forgetLost } = useSession();
  const { words, read } = useSpeech();
  if (!lost) return null;
  return (
    <section className="panel" role="alert">
      <Heading>{words.expiredTitle}</Heading>
      <p>{lost.length > 0 ? words.expired : words.expiredOnly}</p>
      <ul>
        {lost.map(({ menu, quantity }) => (
          <li key={menu.id}>
            {read(menu.name)} × {quantity}
          </li>
        ))}
      </ul>
      <div className="panel-buttons">
        {lost.length > 0 && (
          <button type="button" className="button" onClick={restore}>
            {words.restore}
          </button>
        )}
        <button type="button" className="button is-quiet" onClick={forgetLost}>
          {lost.length > 0 ? words.letGo : words.close}
        </button>
      </div>
    </section>
  );
}
