/**
 * `$root`, `$refs` and `$dispatch` for methods that go on after what was pressed has vanished: a row
 * whose button removes it, while the server answers.
 *
 * Alpine's own look for the component when they are read, upwards from the element, and find nothing
 * above one that was removed. These look from where it stood.
 */
import { closestRoot, findClosest } from "alpinejs/src/lifecycle";
import { magic } from "alpinejs/src/magics";
import { mergeProxies } from "alpinejs/src/scope";
import { dispatch } from "alpinejs/src/utils/dispatch";

const roots = new WeakMap();

/** Note the component of this element, while it stands in the page. */
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
