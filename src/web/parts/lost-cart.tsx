/** The session is over: says so, and offers to put back what was in it. */
import { useSession } from "../../react/react.ts";
import { inLanguage } from "../bilingual.ts";
import { useSpeech } from "../words/language.tsx";

export function LostCart() {
  const { lost, restore, forgetLost } = useSession();
  const { words, language } = useSpeech();
  if (!lost) return null;
  return (
    <section className="panel" role="alert">
      <h3>{words.expiredTitle}</h3>
      <p>{lost.length > 0 ? words.expired : words.expiredOnly}</p>
      <ul>
        {lost.map(({ menu, quantity }) => (
          <li key={menu.id}>
            {inLanguage(menu.name, language)} × {quantity}
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
