/**
 * The keys of the office: Ctrl K always; keys of one letter outside of fields, unless a member has
 * switched them off (WCAG 2.1.4). Those of a customer's acts are in act-keys.js.
 */
import { seek } from "./seek.js";

const form = document.querySelector("[data-seek]");
const { base } = document.documentElement.dataset;
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const go = (path) => () => document.querySelector(`a[href="${base}${path}"]`)?.click();

/** Copy code, name and link of the customer one looks at, and say so. */
async function copyCustomer() {
  const { code, name } = document.querySelector("#main [data-customer]")?.dataset ?? {};
  if (!code) return;
  const text = `${code}, ${name}, ${location.href}`;
  await navigator.clipboard.writeText(text);
  const status = form.querySelector("[aria-live]");
  status.textContent = form.dataset.sayCopied.replace("{text}", text);
}

const SINGLE = {
  "/": seek,
  "?": go("/biuro/klawiatura"),
  d: go("/biuro"),
  c: copyCustomer,
};

/** Whether the member has left keys of one letter on. */
export const areSingleKeysOn = () => form?.dataset.keys === "yes";

const isSingle = (event) => areSingleKeysOn() && !event.altKey && !event.target.closest?.(FIELDS);

/** What a press does, if anything. */
function meaningOf(event) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "k" && !event.altKey ? seek : null;
  if (!isSingle(event)) return null;
  return SINGLE[key];
}

function press(event) {
  const run = event.defaultPrevented ? null : meaningOf(event);
  if (!run) return;
  event.preventDefault();
  run();
}

if (form) document.addEventListener("keydown", press);
