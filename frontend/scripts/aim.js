/**
 * Brings people to the part of the page that its address names (#pay): once what stands above it has
 * come, as that would push it away again; and not those who meanwhile went elsewhere themselves.
 */
import { isQuiet } from "./api.js";
import { headingOf, rest } from "./focus.js";

const LOOK_MS = 50;
// An answer may lead to a component that asks again.
const QUIET_LOOKS = 3;
const OWN_MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];

let latest = 0;
let lastMove = 0;

for (const sign of OWN_MOVES)
  document.addEventListener(sign, () => (lastMove = performance.now()), { passive: true });

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

/** Go to the place that the address names, now if it is there, and again when all has come. */
export async function aim() {
  if (!location.hash) return;
  const mine = (latest += 1);
  const began = performance.now();
  arrive();
  const { activeElement: focused } = document;
  await whenQuiet();
  const isStill = lastMove <= began && [focused, document.body].includes(document.activeElement);
  if (mine === latest && isStill) arrive();
}

/** A link to another part of this very page. */
function isWithin(link) {
  return link?.hash && link.pathname + link.search === location.pathname + location.search;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || !isWithin(event.target.closest?.("a[href]"))) return;
  // After the browser has followed it.
  setTimeout(aim);
});
