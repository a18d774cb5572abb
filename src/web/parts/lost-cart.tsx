/** The session is over: says so, and offers to put back what was in it. */
import { useSession } from "../../react/react.ts";
import { useSpeech } from "../words/language.tsx";
import { Live } from "./live.tsx";

export function LostCart({ headingLevel }: { headingLevel: 2 | 3 }) {
  const Heading = `h${headingLevel}` as const;
  const { lost, restore, forgetLost } = useSession();
  const { words, read } = useSpeech();
  return (
    <Live role="alert">
      {lost && (
        <section className="panel">
          <img src="/pictures/states.svg#expired" alt="" width="160" height="120" />
          <Heading>{words.expiredTitle}</Heading>
          <p>{lost.length > 0 ? words.expired : words.expiredOnly}</p>
          {lost.length > 0 && (
            <ul className="lost-lines">
              {lost.map(({ menu, quantity }) => (
                <li key={menu.id}>
                  {read(menu.name)} × {quantity}
                </li>
              ))}
            </ul>
          )}
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
      )}
    </Live>
  );
}
