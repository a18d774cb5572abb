/** Whether a store is open, by its own clock. */
import type { Store } from "../client/client.ts";

type Hours = NonNullable<Store["hours"]>;

export type OpenState =
  | { isOpen: true; until: string }
  /** @property inDays 0 for today, up to 7 @property weekday 1 is Monday */
  | { isOpen: false; opens: { inDays: number; weekday: number; time: string } | undefined };

/** @param now any moment @returns what holds at that moment, in times of the store's own time zone */
export function openState({ time_zone, week }: Hours, now: Date): OpenState {
  const { weekday, time } = clockIn(time_zone, now);
  const today = (day: number) => week.filter((span) => span.weekday === day);
  const yesterday = ((weekday + 5) % 7) + 1;
  const open =
    today(weekday).find((span) => span.opens <= time && (isOvernight(span) || time < span.closes)) ??
    today(yesterday).find((span) => isOvernight(span) && time < span.closes);
  if (open) return { isOpen: true, until: open.closes };
  for (let inDays = 0; inDays <= 7; inDays += 1) {
    const day = ((weekday - 1 + inDays) % 7) + 1;
    const [next] = today(day)
      .map(({ opens }) => opens)
      .filter((opens) => inDays > 0 || opens > time)
      .sort();
    if (next !== undefined) return { isOpen: false, opens: { inDays, weekday: day, time: next } };
  }
  return { isOpen: false, opens: undefined };
}

/** Closing at or before opening is on the next day (src/catalog/file.ts, the catalog's format). */
function isOvernight({ opens, closes }: Hours["week"][number]): boolean {
  return closes <= opens;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function clockIn(timeZone: string, now: Date): { weekday: number; time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { weekday: WEEKDAYS.indexOf(get("weekday")) + 1, time: `${get("hour")}:${get("minute")}` };
}
