/**
 * The arrows (and J, K) go through the rows of a list, whose names are links; Ctrl Enter sends the form
 * one is in.
 */
import { areSingleKeysOn } from "./keys.js";

const TYPING = "input, select, textarea, [contenteditable]";
const DOWN = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

const links = () => [...document.querySelectorAll("#main [data-rows] .table__go")];

/** Where the focus goes: from the row that has it; from elsewhere to the first. */
function next(step) {
  const rows = links();
  const now = rows.indexOf(document.activeElement);
  return now < 0 ? rows[0] : rows[now + step];
}

function stepOf({ key, target }) {
  if (target.closest?.(TYPING)) return 0;
  if (key.length === 1) return areSingleKeysOn() ? (DOWN[key.toLowerCase()] ?? 0) : 0;
  // Elsewhere the arrows scroll.
  const isFree = target === document.body || target.matches?.(".table__go, h1");
  return isFree ? (DOWN[key] ?? 0) : 0;
}

function send(event) {
  const button = event.target.closest?.("#main [data-form]")?.querySelector("[type=submit]");
  if (!button) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, defaultPrevented, key, metaKey, repeat, shiftKey } = event;
  if (defaultPrevented || altKey || shiftKey) return;
  if (ctrlKey || metaKey) {
    if (key === "Enter" && !repeat) send(event);
    return;
  }
  const step = stepOf(event);
  const row = step && next(step);
  if (!row) return;
  event.preventDefault();
  row.focus();
});
