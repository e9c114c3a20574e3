/**
 * Draws the chart as rows of a table, the newest first: month, two bars, the numbers of this year and
 * of the year before. Used on phones and for long numbers, which would overlap above bars.
 */
import { element } from "./bars.js";

// In per cent of the row's height.
const NOW = { y: 16, height: 40 };
const BEFORE = { y: 62, height: 22 };

/** `slots` as in bars.js. */
export function drawLines(body, slots) {
  const most = Math.max(1, ...slots.flatMap(({ now, before }) => [now ?? 0, before ?? 0]));
  const hasBefore = slots.some(({ before }) => before !== null);
  const lines = slots.map((slot) => line(slot, most, hasBefore));
  body.replaceChildren(...lines.reverse());
}

function line(slot, most, hasBefore) {
  const made = document.createElement("tr");
  const cells = [cell("lines__bars"), cell("number lines__now", slot.value)];
  cells[0].append(bars(slot, most));
  if (hasBefore) cells.push(cell("number lines__before", slot.past || "–"));
  made.append(cell("lines__month", slot.label.join("")), ...cells);
  return made;
}

function cell(style, words = "") {
  return Object.assign(document.createElement("td"), { className: style, textContent: words });
}

function bars({ now, before }, most) {
  const drawing = element("svg", { class: "lines__drawing", focusable: "false" });
  for (const [name, amount, { y, height }] of [
    ["chart__now", now, NOW],
    ["chart__before", before, BEFORE],
  ])
    if (amount > 0)
      drawing.append(
        element("rect", {
          class: name,
          // Small amounts stay visible.
          width: `${Math.max(0.6, (100 * amount) / most)}%`,
          y: `${y}%`,
          height: `${height}%`,
        }),
      );
  return drawing;
}
