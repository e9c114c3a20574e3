/** Input kept in sessionStorage: survives reload, the back button, switching to the mail app. */

/** Whether nothing is kept: where the office looks at a customer's screens, and after logging out. */
let isOver = "visit" in document.documentElement.dataset;

const name = (form) => `ebok:${form}`;

// If the browser forbids storage, nothing is kept and everything else still works.
function quietly(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

export function recall(form) {
  return (!isOver && quietly(() => JSON.parse(sessionStorage.getItem(name(form))))) || {};
}

export function keep(form, values) {
  if (isOver) return;
  quietly(() => sessionStorage.setItem(name(form), JSON.stringify({ ...recall(form), ...values })));
}

export function forget(form) {
  quietly(() => sessionStorage.removeItem(name(form)));
}

export function forgetAll() {
  quietly(() => sessionStorage.clear());
}

/** Forgets everything, and keeps nothing until the next page is loaded. */
export function forgetForGood() {
  isOver = true;
  forgetAll();
}
