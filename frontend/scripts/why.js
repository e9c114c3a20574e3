/** Czemu tyle?: the reckoning in words, and the one bar. */
import { base } from "./moves.js";
import { together } from "./setting.js";

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
    beforeSum: before?.gross.text,
    parts: parts.map(({ kind, name, detail, amount }) => ({
      kind,
      name,
      detail,
      sum: amount.text,
      style: style(kind, amount.grosze < 0),
    })),
    unchanged: why.unchanged,
    name: why.name,
    sum: gross.text,
    bar: before !== null && bar(before.gross.grosze, parts) !== null,
  };
}

/** The sentences, cut around the sum that matters. */
function emphasised({ told: sentences, emphasis }) {
  const text = together(sentences.join(" "));
  const at = emphasis ? text.indexOf(emphasis) : -1;
  if (at < 0) return { head: text, strong: "", rest: "" };
  return { head: text.slice(0, at), strong: emphasis, rest: text.slice(at + emphasis.length) };
}

/**
 * Where each part of the bar begins and how long it is: first what stayed of the sum before, then
 * what came, so that both together are this sum; then, outlined, what fell away. Null where
 * the sums are such that nothing can be drawn: below zero, or where no part is known.
 */
export function bar(before, parts) {
  const more = parts.filter((part) => part.amount.grosze > 0);
  const less = parts.filter((part) => part.amount.grosze < 0);
  const sum = (some) => some.reduce((all, part) => all + Math.abs(part.amount.grosze), 0);
  const stayed = before - sum(less);
  if (stayed < 0 || !parts.length) return null;
  const whole = before + sum(more);
  const drawn = [{ kind: "before", amount: { grosze: stayed } }, ...more, ...less];
  const places = { ...NO_BAR };
  let from = 0;
  for (const {
    kind,
    amount: { grosze: amount },
  } of drawn) {
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
