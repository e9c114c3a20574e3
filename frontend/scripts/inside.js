/** What every page behind the login does first: ask, and show what came. */
import { Fault } from "./api.js";
import { settling } from "./settle.js";

/**
 * A component that loads what it shows. `fetch` is called on it at once, and again by *Try again*;
 * a refusal becomes `fault`, which partials/inside.html shows; what is not there is `isMissing`, and
 * trying again would not help.
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
      } catch (fault) {
        // The answer came when the page was no longer there.
        if (!this.$root.isConnected) return;
        if (!(fault instanceof Fault)) throw fault;
        if (fault.code === "not-found") this.isMissing = true;
        else this.fault = fault.detail;
      }
    },
  };
}

/**
 * Resolves once x-show has shown the element, some frames from now: nothing hidden takes the focus.
 * A tab that nobody looks at has no frames. What never comes is not waited for.
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

/** Put the focus on what is about to be shown, or to be said anew. */
export async function focusOn(element) {
  await whenShown(element);
  element.focus();
}
