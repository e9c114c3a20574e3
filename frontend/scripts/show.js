/**
 * `x-show`, shown and hidden in one step.
 *
 * Alpine's own hides at once and shows a timer later. Whoever presses Tab in between finds neither
 * the old fields nor the new ones, and goes past both. Nothing here is faded in, so nothing waits.
 */
export function show(element, { expression }, { evaluateLater, effect }) {
  const evaluate = evaluateLater(expression);
  const setShown = (isShown) => {
    if (isShown) element.style.removeProperty("display");
    else element.style.setProperty("display", "none", "important");
  };
  effect(() => evaluate(setShown));
}
