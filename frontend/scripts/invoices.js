/** Shared by the list of invoices and the page of one. */
export const STATES = ["due", "overdue", "waiting", "covered", "paid", "credit", "settled", "call"];

/** { due: true } for x-show: see partials/invoice-state.html. */
export function isIn(state) {
  return Object.fromEntries(STATES.map((one) => [one, one === state]));
}

/** Such as "paid online on 24 November, waiting to be booked". */
export function waitingSince({ paid_online }, words) {
  return words.sayWaiting.replace("{day}", paid_online?.brief ?? "");
}

/** Data of partials/invoice-state.html: the state, and since when it is waiting. */
export function stands(invoice, words) {
  return { is: isIn(invoice.state), waiting: waitingSince(invoice, words) };
}

/** Such as "stan na 24 listopada 2026, 3.12". */
export function asOf(instant, words) {
  if (!instant) return "";
  return words.sayAsOf.replace("{day}", instant.day).replace("{hour}", instant.hour);
}

/** A document's kind in words: Faktura, Korekta, Nota odsetkowa. */
export function kindOf({ kind }, words) {
  return {
    invoice: words.sayInvoice,
    correction: words.sayCorrection,
    note: words.sayNote,
    call: words.sayCall,
  }[kind];
}

/** Street and town, or else billing's code of the point of use. */
export function placeOf({ code, street, city }) {
  return [street, city].filter(Boolean).join(", ") || code;
}
