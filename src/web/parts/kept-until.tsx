/** How long the cart is kept. */
import { useSession } from "../../react/react.ts";
import { dayAndTime } from "../format.ts";
import { useSpeech } from "../words/language.tsx";
import { ClockIcon } from "./icons.tsx";
import { useNow } from "./use-now.ts";

export function KeptUntil() {
  const { expiresAt, isGuest } = useSession();
  const { words, language } = useSpeech();
  const now = useNow();
  if (!isGuest) return <p className="kept">{words.keptInAccount}</p>;
  if (!expiresAt) return null;
  const minutes = Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 60_000));
  const left = minutes >= 120 ? words.hours(Math.floor(minutes / 60)) : words.minutes(minutes);
  return (
    <p className="kept">
      <ClockIcon /> {words.keptUntil(dayAndTime(expiresAt, language), left)}
    </p>
  );
}
