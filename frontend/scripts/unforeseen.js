/** Unhandled errors: shows and focuses a message with the office's phone. */
import { OURS } from "./parts.js";

const page = document.documentElement;

/** Show that the page is not working. */
export function giveUp() {
  page.dataset.whole = "no";
  document.querySelector("[data-broken]").focus();
}

/** Whether an error comes from our scripts, not from a browser extension. */
const isOurs = (...places) => places.some((place) => String(place ?? "").includes(OURS));

window.addEventListener("error", ({ filename, error }) => {
  if (isOurs(filename, error?.stack)) giveUp();
});
window.addEventListener("unhandledrejection", ({ reason }) => {
  if (isOurs(reason?.stack)) giveUp();
});
