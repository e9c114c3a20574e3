/** What no script foresaw: a line of the page says so, with the office's phone, and takes the focus. */
const page = document.documentElement;
const OURS = `${location.origin}${page.dataset.base}/static/`;

/** The page, or a part of it, is not working. */
export function giveUp() {
  page.dataset.whole = "no";
  document.querySelector("[data-broken]").focus();
}

/** Extensions of the browser run on our pages, too, and what they throw is theirs. */
const isOurs = (...places) => places.some((place) => String(place ?? "").includes(OURS));

window.addEventListener("error", ({ filename, error }) => {
  if (isOurs(filename, error?.stack)) giveUp();
});
window.addEventListener("unhandledrejection", ({ reason }) => {
  if (isOurs(reason?.stack)) giveUp();
});
