/**
 * Keeps the focus when the focused element is removed, hidden or disabled. Otherwise keyboard and
 * screen reader users would start again at the top of the page.
 *
 * A component may set the focus itself (`focusOn`). Otherwise the heading above the lost element gets
 * it: it tells where one is, and ignores a repeated Enter.
 */
// Time for a component to set the focus itself.
const GRACE_MS = 100;
const HEADINGS = "h1, h2, h3";

let held = null;
let timer = null;

const isShown = (element) => element.isConnected && element.getClientRects().length > 0;

/** Whether it is inside a closed `details`; not every browser reports that by client rects. */
function isFolded(element) {
  const fold = element.closest("details:not([open])");
  return Boolean(fold) && element.closest("summary")?.parentElement !== fold;
}

const canHold = (element) =>
  isShown(element) && !element.matches(":disabled") && !isFolded(element);

/** Focus a heading without scrolling. */
export function rest(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** The part itself if it is a heading, else its first heading, else the part. */
export function headingOf(part) {
  const heading = part.matches(HEADINGS)
    ? part
    : [...part.querySelectorAll(HEADINGS)].find(isShown);
  return heading ?? part;
}

function around(element) {
  const found = [];
  for (let one = element.parentElement; one; one = one.parentElement) found.push(one);
  return found;
}

/** The last heading in `place` before the lost element; the first if that was removed. */
function headingIn(place, lost) {
  const shown = [...place.querySelectorAll(HEADINGS)].filter(isShown);
  const isBefore = (one) =>
    one.compareDocumentPosition(lost) & Node.DOCUMENT_POSITION_FOLLOWING && lost.isConnected;
  return shown.filter(isBefore).pop() ?? shown[0];
}

function recover({ element, places }) {
  const heading = places
    .filter(isShown)
    .map((place) => headingIn(place, element))
    .find(Boolean);
  if (!heading) return;
  rest(heading);
  // Scroll for keyboard users only, who must see the focus.
  if (heading.matches(":focus-visible")) heading.scrollIntoView({ block: "nearest" });
}

function look() {
  timer = null;
  const { activeElement: active, body } = document;
  const isSomewhere = active && active !== body && active !== held?.element;
  if (!held || isSomewhere) return;
  if (canHold(held.element)) {
    // A click on empty space moved the focus: nothing was lost.
    if (active !== held.element) held = null;
    return;
  }
  const lost = held;
  held = null;
  recover(lost);
}

function lookSoon() {
  if (held) timer ??= setTimeout(look, GRACE_MS);
}

document.addEventListener("focusin", ({ target }) => {
  held = { element: target, places: around(target) };
});
document.addEventListener("focusout", lookSoon);
new MutationObserver(lookSoon).observe(document.body, {
  subtree: true,
  childList: true,
  attributeFilter: ["style", "hidden", "disabled", "open"],
});
