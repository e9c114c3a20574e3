/** What was typed, kept in this browser tab only: through a reload, the back button, the mail app. */

const name = (form) => `ebok:${form}`;

// A browser may forbid storage altogether: then nothing is kept, and everything else still works.
function quietly(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

export function recall(form) {
  return quietly(() => JSON.parse(sessionStorage.getItem(name(form)))) ?? {};
}

export function keep(form, values) {
  quietly(() => sessionStorage.setItem(name(form), JSON.stringify({ ...recall(form), ...values })));
}

export function forget(form) {
  quietly(() => sessionStorage.removeItem(name(form)));
}

export function forgetAll() {
  quietly(() => sessionStorage.clear());
}
