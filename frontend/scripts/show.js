/**
 * `x-show`, shown and hidden in one step.
 *
 * Alpine's own hides at once but shows after a timer, so Tab pressed in between skips both the old and
 * the new fields. Without transitions there is no need to wait.
 */
export function show(element, { expression }, { evaluateLater, effect }) {
  const evaluate = evaluateLater(expression);
  const setShown = (isShown) => {
    if (isShown) element.style.removeProperty("display");
    else element.style.setProperty("display", "none", "important");
  };
  effect(() => evaluate(setShown));
}
