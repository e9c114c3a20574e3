/** Times as the town writes them: 7.30, 6 listopada 2026. */
import { skew } from "./api.js";
import { together } from "./setting.js";

const { lang, dataset } = document.documentElement;
const zone = { timeZone: dataset.timezone };
const hours = new Intl.DateTimeFormat(lang, {
  hour: "numeric",
  minute: "2-digit",
  hourCycle: "h23",
  ...zone,
});
const moments = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
  dateStyle: "long",
  ...zone,
});
const dates = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
  dateStyle: "long",
  timeZone: "UTC",
});
const short = { day: "numeric", month: "short", timeZone: "UTC" };
const shortDates = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, short);
const years = new Intl.DateTimeFormat("en", { year: "numeric", ...zone });
const olderDates = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
  ...short,
  year: "numeric",
});

/** The day stays with its month, and the Ukrainian "р." with its year. */
const whole = (told) => together(told).replace(/ р\.$/, "\u00a0р.");

export function hour(instant) {
  const told = hours.format(new Date(instant));
  return lang === "pl" ? told.replace(":", ".") : told;
}

export function day(instant) {
  return whole(moments.format(new Date(instant)));
}

/** A day without an hour, 2026-11-06: it is the same day in every zone. */
export function date(iso) {
  return whole(dates.format(new Date(`${iso}T00:00:00Z`)));
}

/** The year that it is in the town, wherever the reader is. */
export function thisYear() {
  return Number(years.format(new Date(Date.now() + skew)));
}

/** The same in little room: 6 lis, and the year where it is not this one. */
export function shortDate(iso) {
  const isThisYear = iso.startsWith(String(thisYear()));
  const told = (isThisYear ? shortDates : olderDates).format(new Date(`${iso}T00:00:00Z`));
  // Ukrainian adds "of the year", which a small screen has no room for.
  return told.replace(/\sр\.$/, "");
}

/** 1–31 października 2026, as the language writes a span of days. */
export function days(from, to) {
  return dates.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

/** 6 listopada 2026, 7.30 */
export function moment(instant) {
  return `${day(instant)}, ${hour(instant)}`;
}

/** Whole seconds from now, by the server's clock, until `instant`; never below zero. */
export function secondsUntil(instant) {
  if (!instant) return 0;
  return Math.max(0, Math.ceil((Date.parse(instant) - Date.now() - skew) / 1000));
}

/** 75 → 1:15 */
export function span(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
