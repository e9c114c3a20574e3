/**
 * Scrolls to the element that the URL's fragment names (#pay) after everything above it has loaded and
 * changed the layout; not if the user has scrolled or moved on meanwhile.
 */
import { isQuiet } from "./api.js";
import { headingOf, rest } from "./focus.js";

const LOOK_MS = 50;
// A response may trigger further requests.
const QUIET_LOOKS = 3;
const OWN_MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];

let latest = 0;
let lastMove = 0;

for (const sign of OWN_MOVES)
  document.addEventListener(sign, () => (lastMove = performance.now()), { passive: true });

/** Whether the user has scrolled or pressed something since then. */
export const hasMovedSince = (began) => lastMove > began;

async function whenQuiet() {
  for (let looks = 0; looks < QUIET_LOOKS; looks = isQuiet() ? looks + 1 : 0)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

function arrive() {
  const place = document.getElementById(location.hash.slice(1));
  if (!place?.getClientRects().length) return;
  rest(headingOf(place));
  place.scrollIntoView();
}

/** Scroll to the fragment's element, now if it exists, and again when all requests are done. */
export async function aim() {
  if (!location.hash) return;
  const mine = (latest += 1);
  const began = performance.now();
  arrive();
  const { activeElement: focused } = document;
  await whenQuiet();
  const isStill =
    !hasMovedSince(began) && [focused, document.body].includes(document.activeElement);
  if (mine === latest && isStill) arrive();
}

/** Whether it is a link to a fragment of this page. */
function isWithin(link) {
  return link?.hash && link.pathname + link.search === location.pathname + location.search;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || !isWithin(event.target.closest?.("a[href]"))) return;
  // After the browser's own navigation.
  setTimeout(aim);
});
