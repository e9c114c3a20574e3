/**
 * `$root`, `$refs` and `$dispatch` that still work after the element of the event was removed, such as
 * a row with its button, while a method awaits the server.
 *
 * Alpine's own search upwards from the element when they are read, and find nothing above a removed
 * one. These search from the component noted before.
 */
import { closestRoot, findClosest } from "alpinejs/src/lifecycle";
import { magic } from "alpinejs/src/magics";
import { mergeProxies } from "alpinejs/src/scope";
import { dispatch } from "alpinejs/src/utils/dispatch";

const roots = new WeakMap();

/** Note the component of this element while it is in the document. */
export function noteRoot(element) {
  if (!roots.has(element)) roots.set(element, closestRoot(element));
}

const placeOf = (element) => (element.isConnected ? element : (roots.get(element) ?? element));

function refsAbove(element) {
  const found = [];
  findClosest(placeOf(element), ({ _x_refs: refs }) => {
    if (refs) found.push(refs);
  });
  return mergeProxies(found);
}

magic("root", (element) => closestRoot(placeOf(element)));
magic("refs", refsAbove);
magic(
  "dispatch",
  (element) =>
    (...event) =>
      dispatch(placeOf(element), ...event),
);
