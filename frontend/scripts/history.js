/**
 * Scroll positions and list state per history entry. Pages load their data after they are shown, so
 * the browser cannot restore them itself. An entry stores `top` (scrollY), the `link` that was
 * followed and its distance `seen` from the top of the screen, `notes` of a list (see `note`) and
 * `back`, the list it was opened from. New pages start at the top, or at the URL's fragment.
 */
import { aim, hasMovedSince } from "./aim.js";
import { keep, recall } from "./kept.js";
import { followsLinks } from "./parts.js";
import { askedAt, hasTrouble, whenSettled } from "./settle.js";

const way = () => location.pathname + location.search;

let at, entry, shown;
let isThere = false;
/** The last link clicked inside the page. */
let pressed = null;

history.scrollRestoration = "manual";
begin(history.state?.at);

/** Make the entry `name`, or a new one with the state `known`, the current one. */
function begin(name, known) {
  at = name ?? `${Date.now()}`;
  entry = known ?? recall("history")[at] ?? {};
  shown = way();
  pressed = null;
  stamp();
}

/** Put the name into the browser's entry: htmx and fragment links drop it. */
function stamp() {
  if (history.state?.at !== at) history.replaceState({ ...history.state, at }, "");
}

/** Store the scroll position and the clicked link if it is visible; not before the page is restored. */
function remember() {
  if (!isThere) return;
  const [box] = pressed?.getClientRects() ?? [];
  const isSeen = box?.top >= 0 && box.top < innerHeight;
  entry.top = scrollY;
  entry.link = isSeen ? pressed.getAttribute("href") : null;
  entry.seen = box?.top;
  keep("history", { [at]: entry });
}

const isInPage = (link) => Boolean(link.closest?.("#main"));

/** Store state of a list (filters, number of rows) with the current entry. */
export function note(values) {
  entry.notes = { ...entry.notes, ...values };
  keep("history", { [at]: entry });
}

export const noted = () => entry.notes ?? {};

/** Path and query of the list whose link led here; "" if there is none. */
export const cameFrom = () => entry.back?.way ?? "";

/** The state that the page behind this link starts with. */
function knownBy(link) {
  // Another try to get the page of this entry.
  if (!isThere && link.pathname + link.search === shown) return entry;
  if ("back" in (link.dataset ?? {})) return recall("history")[entry.back?.at];
  if (!isInPage(link)) return {};
  return { back: entry.notes ? { at, way: shown } : entry.back };
}

document.addEventListener(
  "click",
  ({ target }) => {
    const link = target.closest?.("a[href]");
    if (!link) return;
    if (isInPage(link)) pressed = link;
    // A fragment link scrolls before popstate.
    remember();
  },
  true,
);
addEventListener("pagehide", remember);
addEventListener("popstate", ({ state }) => {
  // A fragment link.
  if (!state?.at) return begin(undefined, { ...entry });
  remember();
  isThere = way() === shown;
  begin(state.at);
  if (isThere) restore(entry);
  // htmx, which would fetch that page, is not loaded yet.
  else if (!followsLinks()) location.reload();
});
document.addEventListener("htmx:before:history:update", () => {
  remember();
  stamp();
});
document.addEventListener("htmx:after:history:update", ({ detail: { sourceElement } }) => {
  isThere = false;
  begin(undefined, knownBy(sourceElement));
});

/** Scroll back, with the followed link focused at the same place of the screen. */
function restore({ top, link, seen }) {
  scrollTo(0, top);
  const followed = [...document.querySelectorAll("#main a[href]")].find(
    (one) => one.getAttribute("href") === link && one.getClientRects().length,
  );
  if (!followed) return;
  pressed = followed;
  followed.focus({ preventScroll: true });
  scrollBy(0, followed.getBoundingClientRect().top - seen);
}

/**
 * Call when a page was put in place: restores it when its data has loaded, be it after retries, or
 * goes to its fragment.
 */
export async function arrive() {
  const mine = at;
  let began = performance.now();
  if (entry.top === undefined) aim();
  else {
    await whenSettled();
    while (mine === at && hasTrouble()) {
      await whenSettled();
      began = askedAt;
    }
    if (mine !== at) return;
    if (!hasMovedSince(began)) restore(entry);
  }
  isThere = true;
}
