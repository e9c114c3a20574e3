/** Czemu tyle?: the reckoning in words, and the one bar. */
import { base } from "./moves.js";
import { together } from "./setting.js";
import { signed, zloty } from "./sums.js";

const KINDS = [
  "before",
  "use",
  "days",
  "price",
  "corrections",
  "interest",
  "one_off",
  "other",
  "rounding",
];
const NOWHERE = { from: 0, size: 0, style: "" };

export const NO_BAR = Object.fromEntries(KINDS.map((kind) => [kind, NOWHERE]));

const style = (kind, isLess) =>
  `split__part split__part--${kind}${isLess ? " split__part--less" : ""}`;
const percent = (part, whole) => `${(100 * part) / whole}%`;

/** What the page shows; `gross` is this invoice's. */
export function told(why, gross) {
  const { before, parts } = why;
  return {
    ...emphasised(why),
    before: before !== null,
    href: before ? `${base}/faktury/${before.id}` : null,
    beforeName: before?.name,
    beforeSum: before && zloty(before.gross_grosze),
    parts: parts.map(({ kind, name, detail, amount_grosze: sum }) => ({
      kind,
      name,
      detail,
      sum: signed(sum),
      style: style(kind, sum < 0),
    })),
    unchanged: why.unchanged,
    name: why.name,
    sum: zloty(gross),
    bar: before !== null && bar(before.gross_grosze, parts) !== null,
  };
}

/** The sentences, cut around the sum that matters: the server writes it as zloty() does. */
function emphasised({ told: sentences, difference_grosze: difference }) {
  const text = together(sentences.join(" ")),
    sum = zloty(Math.abs(difference));
  const at = difference ? text.indexOf(sum) : -1;
  if (at < 0) return { head: text, strong: "", rest: "" };
  return { head: text.slice(0, at), strong: sum, rest: text.slice(at + sum.length) };
}

/**
 * Where each part of the bar begins and how long it is: first what stayed of the sum before, then
 * what came, so that both together are this sum; then, outlined, what fell away. Null where
 * the sums are such that nothing can be drawn: below zero, or where no part is known.
 */
export function bar(before, parts) {
  const more = parts.filter((part) => part.amount_grosze > 0);
  const less = parts.filter((part) => part.amount_grosze < 0);
  const sum = (some) => some.reduce((all, part) => all + Math.abs(part.amount_grosze), 0);
  const stayed = before - sum(less);
  if (stayed < 0 || !parts.length) return null;
  const whole = before + sum(more);
  const drawn = [{ kind: "before", amount_grosze: stayed }, ...more, ...less];
  const places = { ...NO_BAR };
  let from = 0;
  for (const { kind, amount_grosze: amount } of drawn) {
    const size = Math.abs(amount);
    places[kind] = {
      from: percent(from, whole),
      size: percent(size, whole),
      style: style(kind, amount < 0),
    };
    from += size;
  }
  return places;
}
