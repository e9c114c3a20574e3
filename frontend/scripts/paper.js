/** Renders the sections of an invoice's XML as plain DOM: tables may have 2000 rows. */
function made(kind, text, classes) {
  const element = document.createElement(kind);
  if (text !== undefined) element.textContent = text;
  if (classes) element.className = classes;
  return element;
}

/** Allow a line break before the year of a date. */
const breakable = (text) => text.replace(/\u00a0(?=\d{4}(?!\d))/g, " ");

function facts(found) {
  const list = made("dl", undefined, "facts paper__facts");
  for (const { label, value } of found) {
    const pair = made("div");
    pair.append(made("dt", label), made("dd", breakable(value)));
    list.append(pair);
  }
  return list;
}

/** The cells of a row; the first is its header. A row with only that is a heading for the next ones. */
function cells(row, columns) {
  const isHeading = row.length > 1 && row.slice(1).every((cell) => cell === "");
  return (isHeading ? row.slice(0, 1) : row).map((text, at) => {
    // An empty cell is no header; a KSeF number must not break at hyphens.
    const isName = !at && text !== "",
      keep = columns[at].name.includes("KSeF") ? "keep" : "";
    const cell = made(isName ? "th" : "td", text, columns[at].is_figure ? "number" : keep);
    if (isName) cell.scope = isHeading ? "rowgroup" : "row";
    if (isHeading) cell.colSpan = row.length;
    return cell;
  });
}

function line(row, columns) {
  const made_row = made("tr");
  made_row.append(...cells(row, columns));
  return made_row;
}

/** A table in a focusable scroll container. No landmark: its section already is one of this name. */
function table({ columns, rows, totals }, name) {
  const frame = Object.assign(made("div", undefined, "paper__frame"), { tabIndex: 0 });
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", name);
  const whole = made("table", undefined, "table"),
    head = whole.createTHead().insertRow(),
    body = whole.createTBody();
  head.append(
    ...columns.map(({ name: text, is_figure }) =>
      Object.assign(made("th", text, is_figure ? "number" : ""), { scope: "col" }),
    ),
  );
  body.append(...rows.map((row) => line(row, columns)));
  if (totals.length) whole.createTFoot().append(line(totals, columns));
  frame.append(whole);
  return frame;
}

function block(part, name) {
  const box = made("div", undefined, "paper__block");
  if (part.title) box.append(made("h4", part.title));
  box.append(...part.paragraphs.map((text) => made("p", text)));
  if (part.facts.length) box.append(facts(part.facts));
  if (part.table) box.append(table(part.table, part.title || name));
  return box;
}

export function draw(place, sections) {
  place.replaceChildren(
    ...sections.map(({ key, title, blocks }) => {
      const section = made("section", undefined, `paper paper--${key}`),
        head = made("h3", title);
      head.id = `paper-${key}`;
      section.setAttribute("aria-labelledby", head.id);
      section.append(head, ...blocks.map((part) => block(part, title)));
      return section;
    }),
  );
}
