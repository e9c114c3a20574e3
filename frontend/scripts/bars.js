/**
 * Draws a bar chart: this year filled, the year before hollow, each bar with its number. x is in per
 * cent and y in rem, so that text is not stretched and follows the user's font size.
 */
const SVG = "http://www.w3.org/2000/svg";
// In rem: room above the highest bar for its number, and below the base line for labels.
const HEAD = 2;
const LINE = 1.15;
const FOOT = 0.6;
// The width of a digit and the gap between two numbers, in rem, and the distance between the middles of
// the two bars of a slot, as a share of its width.
const DIGIT = 0.5;
const BETWEEN = 0.3;
const APART = 0.37;
// Numbers of more characters are not enlarged, or they would overlap.
const SHORT = 4;

const highest = (slots) =>
  Math.max(0, ...slots.flatMap((slot) => [slot.now ?? 0, slot.before ?? 0]));

/**
 * `slots`: { now, before, value, past, label: [lines], year }, where `now` and `before` are numbers, or
 * null if unknown. Laid out for at least `fewest` slots; `height`: of the highest bar.
 */
export function drawBars(svg, slots, { fewest, height }) {
  const drawing = {
    rem: remOf(),
    rise: height / (highest(slots) || 1),
    width: 100 / Math.max(slots.length, fewest),
    areTwo: isPaired(slots),
    newest: [...slots].reverse().find((slot) => slot.now !== null),
    lines: Math.max(...slots.map((slot) => slot.label.length)) + 1,
  };
  const ground = HEAD + highest(slots) * drawing.rise;
  svg.setAttribute("height", (ground + LINE * drawing.lines + FOOT) * drawing.rem);
  svg.replaceChildren(
    ...slots.flatMap((slot, at) => drawSlot(drawing, slot, at * drawing.width, ground)),
    ...years(drawing, slots, ground),
    line("chart__ground", drawing, 0, 100, ground, ground),
  );
}

/** Whether the numbers fit above their bars in a drawing `width` pixels wide. */
export function haveRoom(slots, width) {
  const longest = Math.max(...slots.flatMap(({ value, past }) => [value.length, past.length]));
  const needed = (longest * DIGIT + BETWEEN) * remOf();
  return needed <= (width / slots.length) * (isPaired(slots) ? APART : 1);
}

const remOf = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
const isPaired = (slots) => slots.some((slot) => slot.before !== null);

function drawSlot(drawing, slot, left, ground) {
  const { width, areTwo, newest, rise } = drawing;
  const [x, wide] = areTwo ? [left + width * 0.5, width * 0.34] : [left + width * 0.3, width * 0.4];
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
      bar("chart__before", drawing, left + width * 0.16, width * 0.28, ground, slot.before),
    );
  if (slot.now !== null) parts.push(bar("chart__now", drawing, x, wide, ground, slot.now));
  const name = mark("chart__value", isNewest && slot.value.length <= SHORT);
  if (slot.before !== null)
    parts.push(
      number("chart__value chart__value--before", left + width * 0.3, slot.before, slot.past),
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

export function element(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
