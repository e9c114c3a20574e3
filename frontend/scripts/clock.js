/** Times as the town writes them: 7.30, 6 listopada 2026. */
import { skew } from "./api.js";

const { lang, dataset } = document.documentElement;
const zone = { timeZone: dataset.timezone };
const hours = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23", ...zone });
const days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", ...zone });

export function hour(instant) {
  const told = hours.format(new Date(instant));
  return lang === "pl" ? told.replace(":", ".") : told;
}

export function day(instant) {
  return days.format(new Date(instant));
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
