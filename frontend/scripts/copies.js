/**
 * Copies of a template that are filled once, for lists whose rows never change while they are shown: a
 * directive of Alpine costs more than the rest of a row.
 *
 * In the template `data-put="href:address text:name"` sets the attribute `href` to the value `address`
 * and the text to `name`; `node:state` gives the element's place to a node. What has no text is left
 * out, and so is an attribute without a value. `<template data-each="rows">` is copied for each row.
 */
import { mutateDom } from "./alpine.js";

const WAYS = {
  text(part, value) {
    if (value) part.replaceChildren(...[value].flat());
    else part.remove();
  },
  node: (part, value) => part.replaceWith(value),
};

function put(part, values) {
  const asked = part.dataset.put.split(" ").map((one) => one.split(":"));
  part.removeAttribute("data-put");
  for (const [what, name] of asked) {
    const value = values[name];
    if (WAYS[what]) WAYS[what](part, value);
    else if (value) part.setAttribute(what, value === true ? "" : value);
  }
}

/** A copy of what is in the template, with these values. */
export function copyOf(template, values) {
  const copy = template.content.cloneNode(true);
  for (const part of copy.querySelectorAll("[data-put]")) put(part, values);
  for (const inner of copy.querySelectorAll("[data-each]"))
    inner.replaceWith(...values[inner.dataset.each].map((one) => copyOf(inner, one)));
  return copy;
}

/** Put copies for these items after the template, in the place of those before; Alpine looks at none. */
export function fill(template, items) {
  mutateDom(() => {
    while (template.nextElementSibling) template.nextElementSibling.remove();
    template.after(...items.map((item) => copyOf(template, item)));
  });
}
