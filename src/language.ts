/** The languages that sentences for a person come in; the first is the default. */
export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];
