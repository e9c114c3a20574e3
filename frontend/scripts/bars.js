/**
 * Draws a bar chart: this year filled, the year before hollow, each bar with its number. x is in per
 * cent and y in rem, so that text is not stretched and follows the user's font size.
 */
const SVG = "http://www.w3.org/2000/svg";
// In rem: room above the highest bar for its number, and below the base line for labels.
const HEAD = 2;
const LINE = 1.15;
const FOOT = 0.6;
// Numbers of more characters are not enlarged, or they would overlap.
const SHORT = 4;

const highest = (slots) =>
  Math.max(0, ...slots.flatMap((slot) => [slot.now ?? 0, slot.before ?? 0]));

/**
 * `slots`: { now, before, value, past, label: [lines], year }, where `now` and `before` are numbers, or
 * null if unknown. `perRow`: slots in a row, laid out for at least `fewest`; `height`: of the highest bar.
 */
export function drawBars(svg, slots, { perRow, fewest, height }) {
  const drawing = {
    rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    rise: height / (highest(slots) || 1),
    width: 100 / Math.max(perRow, fewest),
    isPaired: slots.some((slot) => slot.before !== null),
    newest: [...slots].reverse().find((slot) => slot.now !== null),
    lines: Math.max(...slots.map((slot) => slot.label.length)) + 1,
  };
  const parts = [];
  let top = 0;
  for (let place = 0; place < slots.length; place += perRow) {
    const shown = slots.slice(place, place + perRow);
    const ground = top + HEAD + highest(shown) * drawing.rise;
    parts.push(...shown.flatMap((slot, at) => drawSlot(drawing, slot, at * drawing.width, ground)));
    parts.push(
      ...years(drawing, shown, ground),
      line("chart__ground", drawing, 0, 100, ground, ground),
    );
    top = ground + LINE * drawing.lines + FOOT;
  }
  svg.setAttribute("height", top * drawing.rem);
  svg.replaceChildren(...parts);
}

function drawSlot(drawing, slot, left, ground) {
  const { width, isPaired, newest, rise } = drawing;
  const [x, wide] = isPaired
    ? [left + width * 0.48, width * 0.32]
    : [left + width * 0.3, width * 0.4];
  const isNewest = slot === newest;
  const mark = (name, isMarked) => (isMarked ? `${name} ${name}--newest` : name);
  const parts = slot.label.map((words, at) =>
    text(
      mark("chart__month", isNewest),
      drawing,
      left + width / 2,
      ground + LINE * (at + 1),
      words,
    ),
  );
  if (slot.before !== null)
    parts.push(
      bar("chart__before", drawing, left + width * 0.2, width * 0.24, ground, slot.before),
    );
  if (slot.now !== null) parts.push(bar("chart__now", drawing, x, wide, ground, slot.now));
  const name = mark("chart__value", isNewest && slot.value.length <= SHORT);
  if (slot.before !== null)
    parts.push(
      number("chart__value chart__value--before", left + width * 0.32, slot.before, slot.past),
    );
  return [...parts, number(name, x + wide / 2, slot.now, slot.value)];

  /** The number above a bar. */
  function number(style, middle, amount, words) {
    const top = ground - Math.max(0, amount ?? 0) * rise;
    return text(style, drawing, middle, top - 0.4, words);
  }
}

function years(drawing, shown, ground) {
  return shown.flatMap((slot, place) => {
    if (place && shown[place - 1].year === slot.year) return [];
    const x = place * drawing.width;
    const below = ground + LINE * drawing.lines;
    const turn = place ? [line("chart__turn", drawing, x, x, ground, below + 0.2)] : [];
    return [...turn, text("chart__year", drawing, x + 0.9, below, String(slot.year))];
  });
}

function bar(name, drawing, x, width, ground, amount) {
  // Small amounts stay visible; negative ones have no bar, only their number.
  const height = amount > 0 ? Math.max(0.12, amount * drawing.rise) : 0;
  return element("rect", {
    class: name,
    x: `${x}%`,
    width: `${width}%`,
    y: (ground - height) * drawing.rem,
    height: height * drawing.rem,
  });
}

function line(name, { rem }, x1, x2, y1, y2) {
  return element("line", { class: name, x1: `${x1}%`, x2: `${x2}%`, y1: y1 * rem, y2: y2 * rem });
}

function text(name, { rem }, x, y, words) {
  const made = element("text", { class: name, x: `${x}%`, y: y * rem });
  made.textContent = words;
  return made;
}

function element(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
