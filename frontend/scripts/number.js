/** `x-number`: the text of an invoice's number, which breaks after a slash where it must break. */
export function number(element, { expression }, { evaluateLater, effect }) {
  const evaluate = evaluateLater(expression);
  const put = (text) => {
    const parts = (text ?? "").match(/[^/]*\/?/g);
    element.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
  };
  effect(() => evaluate(put));
}
