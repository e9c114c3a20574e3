/** What every page behind the login does first: ask, and send people where they can go on. */
import { Fault } from "./api.js";
import { leave } from "./moves.js";

const ELSEWHERE = { "sign-in-first": "/logowanie", "must-change-password": "/zmiana-hasla" };

/**
 * A component that loads what it shows. `fetch` is called on it at once, and again by *Try again*;
 * a refusal becomes `fault`, which partials/inside.html shows.
 */
export function loading(fetch) {
  return {
    fault: "", isLoaded: false,
    async load() {
      this.fault = "";
      try {
        await fetch.call(this);
        this.isLoaded = true;
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (fault.code in ELSEWHERE) leave(ELSEWHERE[fault.code]);
        else this.fault = fault.detail;
      }
    },
  };
}

/**
 * Put the focus on what has just been shown. Alpine shows it with the next frame after the value
 * changed, or, in a tab that nobody looks at, with the next turn: what is asked for later comes later.
 */
export async function focusOn(component, element) {
  await component.$nextTick();
  const next = document.visibilityState === "visible" ? requestAnimationFrame : setTimeout;
  await new Promise((resolve) => next(resolve));
  element().focus();
}

/** Do it once x-show has shown the element, some frames from now: nothing hidden takes the focus. */
export function whenShown(element, act, frames = 60) {
  if (element.getClientRects().length || !frames) act();
  else requestAnimationFrame(() => whenShown(element, act, frames - 1));
}
