/** Loading data when a page opens. */
import { Fault } from "./api.js";
import { noteTrouble, settling } from "./settle.js";

/**
 * A component that loads its data: `fetch` is called at once, and by *Try again*. A failure is put into
 * `fault`, shown by partials/inside.html; for a 404 `isMissing` is set, as a retry would not help.
 */
export function loading(fetch) {
  return {
    fault: "",
    isLoaded: false,
    isMissing: false,
    async load() {
      this.fault = "";
      try {
        await settling(() => fetch.call(this));
        this.isLoaded = true;
        noteTrouble(this.$root, false);
      } catch (fault) {
        // The page was left meanwhile.
        if (!this.$root.isConnected) return;
        if (!(fault instanceof Fault)) throw fault;
        if (fault.code === "not-found") this.isMissing = true;
        else this.fault = fault.detail;
        noteTrouble(this.$root, !this.isMissing);
      }
    },
  };
}

/**
 * Resolves once x-show has shown the element, which takes some frames; hidden elements cannot get the
 * focus. Gives up after a while, as hidden tabs render no frames.
 */
export async function whenShown(element) {
  let turns = 60;
  do {
    const next = document.visibilityState === "visible" ? requestAnimationFrame : setTimeout;
    await new Promise((resolve) => next(resolve));
    turns -= 1;
  } while (turns && !isSeen(element));
}

function isSeen(element) {
  return element.getClientRects().length && getComputedStyle(element).visibility !== "hidden";
}

/** Focus an element that is about to be shown or announced again. */
export async function focusOn(element) {
  await whenShown(element);
  element.focus();
}

const FIRST = ":is(input:not([hidden], [type=radio]), input:checked, textarea):not(:disabled)";

/** Focus the first field of a part that is about to be shown, or the part itself. */
export async function enter(place) {
  await whenShown(place);
  (place.querySelector(FIRST) ?? place).focus();
}

/** Reset the form in this part, if there is one. */
export function emptyFormIn(place) {
  place.querySelector("form")?.reset();
}
