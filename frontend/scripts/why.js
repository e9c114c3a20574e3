/** Czemu tyle?: the causes in words, and each as a bar left or right of an axis. */
import { base } from "./moves.js";
import { together } from "./setting.js";

// Width of the largest difference in per cent of the drawing; the axis is at 50.
const REACH = 48;
const NO_BAR = { from: "50%", size: "0%", sum: "" };

export const NO_ANSWER = { parts: [], total: NO_BAR };

/** The data to show; `gross` is this invoice's. */
export function explanation(why, gross) {
  const { before, difference, parts } = why;
  const all = [...parts.map((part) => part.amount), ...(difference ? [difference] : [])];
  const most = Math.max(1, ...all.map(({ grosze }) => Math.abs(grosze)));
  return {
    ...emphasised(why),
    before: before !== null,
    href: before ? `${base}/faktury/${before.id}` : null,
    beforeName: before?.name,
    beforeSum: before?.gross.text,
    parts: parts.map(({ amount, ...part }) => ({ ...part, ...bar(amount, most) })),
    total: difference ? bar(difference, most) : NO_BAR,
    unchanged: why.unchanged,
    name: why.name,
    sum: gross.text,
  };
}

/** The sentences, split around the amount to emphasise. */
function emphasised({ told: sentences, emphasis }) {
  const text = together(sentences.join(" "));
  const at = emphasis ? text.indexOf(emphasis) : -1;
  if (at < 0) return { head: text, strong: "", rest: "" };
  return { head: text.slice(0, at), strong: emphasis, rest: text.slice(at + emphasis.length) };
}

/** Position and style of a bar: decreases filled, increases hatched, also readable in greyscale. */
function bar({ grosze, text }, most) {
  const size = (REACH * Math.abs(grosze)) / most;
  const isLess = grosze < 0;
  return {
    sum: text,
    from: `${isLess ? 50 - size : 50}%`,
    size: `${size}%`,
    style: isLess ? "differ__less" : "differ__more",
    fill: isLess ? null : "url(#differ-slants)",
  };
}
