/**
 * Alpine's CSP build from its own sources, without what our pages do not use: writing of HTML,
 * x-transition, x-teleport, stores, plugins. `@alpinejs/csp` is built the same way from all parts.
 */
import { data } from "alpinejs/src/datas";
import { directive } from "alpinejs/src/directives";
import { setEvaluator, setRawEvaluator } from "alpinejs/src/evaluator";
import { start as startAlpine } from "alpinejs/src/lifecycle";
import { mutateDom } from "alpinejs/src/mutation";
import { setReactivityEngine } from "alpinejs/src/reactivity";
import { cspEvaluator, cspRawEvaluator } from "@alpinejs/csp/src/evaluator";
import { effect, reactive, stop, toRaw } from "@vue/reactivity";
import "alpinejs/src/magics/$el";
import "alpinejs/src/magics/$nextTick";
import "alpinejs/src/magics/$watch";
import "alpinejs/src/directives/x-bind";
import "alpinejs/src/directives/x-cloak";
import "alpinejs/src/directives/x-data";
import "alpinejs/src/directives/x-for";
import "alpinejs/src/directives/x-if";
import "alpinejs/src/directives/x-init";
import "alpinejs/src/directives/x-model";
import "alpinejs/src/directives/x-on";
import "alpinejs/src/directives/x-ref";
import "alpinejs/src/directives/x-text";
import { number } from "./number.js";
import { noteRoot } from "./roots.js";
import { show } from "./show.js";

const known = new Set();

/** Adapts Vue's scheduler, called without arguments, to Alpine's, which gets the effect to run. */
function scheduled(callback, options = {}) {
  const run = effect(callback, {
    scheduler: () => (options.scheduler ? options.scheduler(run) : run()),
  });
  return run;
}

setEvaluator((element, expression) => {
  noteRoot(element);
  return cspEvaluator(element, expression);
});
setRawEvaluator(cspRawEvaluator);
setReactivityEngine({ reactive, effect: scheduled, release: stop, raw: toRaw });
directive("show", show);
directive("number", number);

/** Register components under the names used in x-data. */
export function define(components) {
  for (const [name, component] of Object.entries(components)) {
    known.add(name);
    data(name, component);
  }
}

/** Names of the page's components that were not loaded; Alpine must not start without them. */
export function missing(roots) {
  return roots.filter((root) => !known.has(root.getAttribute("x-data")));
}

/** Start Alpine; it initialises content that is swapped in later, too. */
export { startAlpine as start, mutateDom };
