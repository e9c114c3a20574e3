/** What the list of invoices and the page of one have in common. */
export const STATES = ["due", "overdue", "waiting", "covered", "paid", "credit", "settled", "call"];

/** { due: true } for x-show: see partials/invoice-state.html. */
export function isIn(state) {
  return Object.fromEntries(STATES.map((one) => [one, one === state]));
}

/** How an invoice stands, for partials/invoice-state.html: which state, and since when it waits. */
export function stands({ state, paid_online }, words) {
  return { is: isIn(state), waiting: words.sayWaiting.replace("{day}", paid_online?.brief ?? "") };
}

/** stan na 24 listopada 2026, 3.12 */
export function asOf(instant, words) {
  if (!instant) return "";
  return words.sayAsOf.replace("{day}", instant.day).replace("{hour}", instant.hour);
}

/** What a document is called: Faktura, Korekta, Nota odsetkowa. */
export function kindOf({ kind }, words) {
  return {
    invoice: words.sayInvoice,
    correction: words.sayCorrection,
    note: words.sayNote,
    call: words.sayCall,
  }[kind];
}

/** A street, and the town where it is known; else the code that billing has for the place. */
export function placeOf({ code, street, city }) {
  return [street, city].filter(Boolean).join(", ") || code;
}
