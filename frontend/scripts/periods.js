/** Billing periods in words: days are the calendar's own, whatever zone the reader is in. */
const { lang } = document.documentElement;
const tongue = lang === "en" ? "en-GB" : lang;
const inUtc = (parts) => new Intl.DateTimeFormat(tongue, { ...parts, timeZone: "UTC" });
const month = inUtc({ month: "long", year: "numeric" });
const range = inUtc({ day: "numeric", month: "long", year: "numeric" });
const brief = inUtc({ month: "short" });
const DAY_MS = 86_400_000;

const last = (period) => new Date(period.last_on);
const first = (period) => new Date(period.first_on);

/** How many whole calendar months; 0 where the period begins or ends within one. */
export function months(period) {
  const [from, after] = [first(period), new Date(last(period).getTime() + DAY_MS)];
  if (from.getUTCDate() !== 1 || after.getUTCDate() !== 1) return 0;
  return (
    (after.getUTCFullYear() - from.getUTCFullYear()) * 12 + after.getUTCMonth() - from.getUTCMonth()
  );
}

/** październik 2026; 12 sierpnia – 10 października 2026 */
export function told(period) {
  // Ukrainian puts an abbreviation of "year" behind it, which a list of them does not need.
  if (months(period) === 1) return month.format(first(period)).replace(" р.", "");
  return range.formatRange(first(period), last(period)).replace(/ р\./g, "");
}

/** Under a bar: paź; in two lines where it is no calendar month: sie– paź, 12.08– 10.10 */
export function short(period) {
  const count = months(period);
  if (count === 1) return [name(first(period))];
  const part = count ? name : dayAndMonth;
  return [`${part(first(period))}–`, part(last(period))];
}

export function year(period) {
  return last(period).getUTCFullYear();
}

function name(day) {
  return brief.format(day).replace(".", "");
}

function dayAndMonth(day) {
  const pad = (number) => String(number).padStart(2, "0");
  return `${day.getUTCDate()}.${pad(day.getUTCMonth() + 1)}`;
}
