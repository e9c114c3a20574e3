/** An invoice's number, which breaks after a slash where it must break. */
export function broken(text) {
  const [first, ...others] = text.match(/[^/]+\/?|\//g) ?? [""];
  return [first, ...others.flatMap((part) => [document.createElement("wbr"), part])];
}

/** `x-number`: the text of an element. */
export function number(element, { expression }, { evaluateLater, effect }) {
  const evaluate = evaluateLater(expression);
  effect(() => evaluate((text) => element.replaceChildren(...broken(text ?? ""))));
}
