/** Sums as the town writes them: whole grosze as 1 234,56 zł. The server does it in money.py. */
const { lang } = document.documentElement;
const always = { useGrouping: "always" };
const sums = new Intl.NumberFormat(lang, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  ...always,
});
const amounts = new Intl.NumberFormat(lang, { maximumFractionDigits: 6, ...always });

export function zloty(grosze) {
  return `${sum(grosze)}\u00a0zł`;
}

/** The same without its currency, for a column whose head names it. */
export function sum(grosze) {
  return `${grosze < 0 ? "\u2212" : ""}${sums.format(Math.abs(grosze) / 100)}`;
}

/** A change of a sum: + 13,02 zł, − 4,32 zł. */
export function signed(grosze) {
  return `${grosze < 0 ? "\u2212" : "+"}\u00a0${sums.format(Math.abs(grosze) / 100)}\u00a0zł`;
}

/** A quantity with the decimals that it has: 10, 10,5. */
export function amount(number) {
  return `${number < 0 ? "\u2212" : ""}${amounts.format(Math.abs(number))}`;
}

const prices = new Intl.NumberFormat(lang, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 8,
  ...always,
});

/** A price in millionths of a grosz, with as many decimals as it has, two at least. */
export function price(microgrosze) {
  return `${prices.format(microgrosze / 1e8)}\u00a0zł`;
}
