/** Unhandled errors: shows and focuses a message with the office's phone. */
const page = document.documentElement;
const OURS = `${location.origin}${page.dataset.base}/static/`;

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
