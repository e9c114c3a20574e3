/**
 * The focus stays somewhere when what had it vanishes: a row that was removed, a button that was
 * hidden or switched off, an answer that was closed. Who uses a keyboard or a reader would start
 * again at the top of the page.
 *
 * A component that knows better where to go on puts the focus there itself (`focusOn`). Else the
 * heading takes it under which the lost element stood: it says where one is, and does nothing when
 * Enter is pressed once more.
 */
// Time for a component to put the focus somewhere itself.
const GRACE_MS = 100;
const HEADINGS = "h1, h2, h3";

let held = null;
let timer = null;

const isShown = (element) => element.isConnected && element.getClientRects().length > 0;

/** Whether a closed `details` hides it, which not every browser says by its boxes. */
function isFolded(element) {
  const fold = element.closest("details:not([open])");
  return Boolean(fold) && element.closest("summary")?.parentElement !== fold;
}

const canHold = (element) =>
  isShown(element) && !element.matches(":disabled") && !isFolded(element);

/** Put the focus on a heading, without moving the page under somebody's mouse. */
export function rest(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** The heading of a part of the page: itself, or the first in it; the part where it has none. */
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

/** Of the headings in `place`, the last before the lost element; the first where it is gone. */
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
  // A keyboard's user has to see where the focus is; for a mouse's the page does not move.
  if (heading.matches(":focus-visible")) heading.scrollIntoView({ block: "nearest" });
}

function look() {
  timer = null;
  const { activeElement: active, body } = document;
  const isSomewhere = active && active !== body && active !== held?.element;
  if (!held || isSomewhere) return;
  if (canHold(held.element)) {
    // Somebody pressed beside everything: nothing was lost.
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
