/** Remaining times by the server's clock. */
import { skew } from "./api.js";

/** Whole seconds from now until `instant`; never below zero. */
export function secondsUntil(instant) {
  if (!instant) return 0;
  return Math.max(0, Math.ceil((Date.parse(instant) - Date.now() - skew) / 1000));
}

/** 75 → 1:15 */
export function span(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
