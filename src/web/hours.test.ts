import { describe, expect, it } from "vitest";
import { openState } from "./hours.ts";

const span = (weekday: number, opens: string, closes: string) => ({ weekday, opens, closes });
const tokyo = (week: ReturnType<typeof span>[]) => ({ time_zone: "Asia/Tokyo", week });
/** 2026-11-25 is a Wednesday; Tokyo is nine hours ahead. */
const at = (utc: string) => new Date(`2026-11-${utc}:00Z`);

describe("a store's hours", () => {
  const week = tokyo([span(3, "10:00", "20:30"), span(4, "10:00", "20:30"), span(6, "11:00", "19:00")]);

  it("are told by the store's own clock", () => {
    expect(openState(week, at("25T01:00"))).toEqual({ isOpen: true, until: "20:30" });
    expect(openState(week, at("25T11:29"))).toEqual({ isOpen: true, until: "20:30" });
  });

  it("end at the minute of closing", () => {
    expect(openState(week, at("25T11:30"))).toEqual({
      isOpen: false,
      opens: { inDays: 1, weekday: 4, time: "10:00" },
    });
  });

  it("begin later today, or on the next day that has any", () => {
    expect(openState(week, at("25T00:59"))).toMatchObject({ opens: { inDays: 0, time: "10:00" } });
    expect(openState(week, at("26T12:00"))).toMatchObject({
      opens: { inDays: 2, weekday: 6, time: "11:00" },
    });
  });

  it("may go past midnight, and past the end of the week", () => {
    const night = tokyo([span(7, "18:00", "02:00")]);
    // Monday 01:59 in Tokyo is still Sunday's.
    expect(openState(night, at("29T16:59"))).toEqual({ isOpen: true, until: "02:00" });
    expect(openState(night, at("29T17:00"))).toMatchObject({
      isOpen: false,
      opens: { inDays: 6, weekday: 7 },
    });
  });

  it("may be the whole day", () => {
    expect(openState(tokyo([span(3, "00:00", "00:00")]), at("25T05:00"))).toMatchObject({ isOpen: true });
  });

  it("may be two spans a day, and none at all", () => {
    const lunch = tokyo([span(3, "11:00", "14:00"), span(3, "17:00", "21:00")]);
    expect(openState(lunch, at("25T06:00"))).toMatchObject({ opens: { inDays: 0, time: "17:00" } });
    expect(openState(tokyo([]), at("25T06:00"))).toEqual({ isOpen: false, opens: undefined });
  });

  it("come round to the same day next week", () => {
    const once = tokyo([span(3, "10:00", "11:00")]);
    expect(openState(once, at("25T03:00"))).toMatchObject({ opens: { inDays: 7, weekday: 3 } });
  });
});
