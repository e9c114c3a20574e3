/**
 * One form, as data of its component (`...form("login")`), shown by partials/form.html: what was
 * typed is kept, a press is sent once, and a refusal is told the same way everywhere: counted on top
 * with links, repeated at each field, with the focus on the summary. A panel ends it.
 */
import { Fault } from "./api.js";
import { focusOn } from "./inside.js";
import { keep, recall } from "./kept.js";
import { settling } from "./settle.js";

const { dataset: say, lang } = document.documentElement;
// After this a wait is no longer usual, and is told.
const SLOW_MS = 8000;
const NO_REFUSAL = { isShown: false, head: "", message: "", isPassing: false, links: [] };

/** What a page says in place of its form; `panel` is the one that is shown. */
export function panels() {
  return {
    panel: "",
    detail: "",
    /** Show the panel of this name instead of the form, with the focus on it. */
    async end(name, detail = "") {
      Object.assign(this, { panel: name, detail });
      await this.$nextTick();
      const place = this.$refs[`panel-${name}`];
      await focusOn(place);
      place.scrollIntoView({ block: "nearest" });
    },
    /** Show the form again, with the focus on this field of it. */
    async again(field) {
      this.panel = "";
      await focusOn(this.input(field));
    },
  };
}

/** How partials/form.html shows the form and its button. */
const bindings = {
  form: {
    ["x-init"]() {
      this.adopt(this.$el);
    },
    ["@submit.prevent"]() {
      return this.submit();
    },
    ["@input"]() {
      this.remember();
    },
    ["@change"]() {
      this.remember();
    },
    ["x-show"]() {
      return this.isOpen();
    },
  },
  // Not `disabled`: that would throw away the focus, and the reader would not know why.
  act: {
    [":aria-disabled"]() {
      return String(this.isBusy);
    },
    [":class"]() {
      return { "button--busy": this.isBusy };
    },
  },
  label: {
    ["x-text"]() {
      const { label, busy } = this.$el.dataset;
      return this.isBusy ? busy : label;
    },
  },
  /** What is under way, for the ear; also for the eye when it takes long. */
  progress: {
    ["x-text"]() {
      const { busy, slow } = this.$el.dataset;
      if (this.isSlow) return slow;
      return this.isBusy ? busy : "";
    },
    [":class"]() {
      return { unseen: !this.isSlow };
    },
  },
};

/** `kept` names the place in the tab's storage; without it, nothing typed is kept. */
export function form(kept = null) {
  let element, slow;
  return {
    ...panels(),
    ...bindings,
    refusal: NO_REFUSAL,
    wrong: {},
    isBusy: false,
    isSlow: false,
    isOpen() {
      return !this.panel;
    },
    /** Called with each fault; returns true when it has been dealt with there. */
    refused: () => false,
    /** Called when the form is there. */
    ready: () => {},

    adopt(found) {
      element = found;
      if (kept) this.fill(recall(kept));
      settling(() => this.ready());
    },
    input(name) {
      const found = element.elements.namedItem(name);
      return found instanceof RadioNodeList ? found[0] : found;
    },
    /** What is in the form: boxes as true or false, the rest as text. */
    values() {
      const values = {};
      for (const input of element.elements) {
        if (!input.name || (input.type === "radio" && !input.checked)) continue;
        values[input.name] = input.type === "checkbox" ? input.checked : input.value;
      }
      return values;
    },
    fill(values) {
      for (const [name, value] of Object.entries(values)) {
        const input = element.elements.namedItem(name);
        if (!input || input.type === "password") continue;
        if (input.type === "checkbox") input.checked = value === true;
        else input.value = value;
      }
    },
    empty() {
      element.reset();
    },
    remember() {
      if (kept)
        keep(kept, Object.fromEntries(Object.entries(this.values()).filter(isLasting, this)));
    },

    /** Do `call` with the values; its answer, or null after the refusal was shown. */
    async send(call) {
      if (this.isBusy) return null;
      this.setBusy(true);
      this.clear();
      try {
        return (await call(this.values())) ?? {};
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.refuse(fault);
        return null;
      } finally {
        this.setBusy(false);
      }
    },
    setBusy(isBusy) {
      Object.assign(this, { isBusy, isSlow: false });
      clearTimeout(slow);
      if (isBusy) slow = setTimeout(() => (this.isSlow = true), SLOW_MS);
    },
    clear() {
      this.refusal = NO_REFUSAL;
      this.wrong = {};
      document.title = document.title.replace(say.sayFault, "");
    },

    refuse(fault) {
      if (this.refused(fault)) return;
      const faults = byField(fault.faults.filter(({ field }) => this.input(field)));
      const places = [...element.elements];
      const place = ({ field }) => places.indexOf(this.input(field));
      faults.sort((one, other) => place(one) - place(other));
      this.wrong = Object.fromEntries(faults.map(({ field, message }) => [field, message]));
      this.sum(faults, fault);
    },
    /** The summary: how many things, or what happened; then a link to each field, by what is wrong there or by its name. */
    sum(faults, fault, links = faults) {
      this.refusal = {
        isShown: true,
        head: counted(faults.length, this.$refs.faults.dataset),
        message: faults.length ? "" : fault.sentence,
        isPassing: ["offline", "broken"].includes(fault.code),
        links: links.map(({ field, message }) => {
          const input = this.input(field);
          return { field, href: `#${input?.id ?? field}`, sentence: message ?? labelOf(input) };
        }),
      };
      if (!document.title.startsWith(say.sayFault)) document.title = say.sayFault + document.title;
      focusOn(this.$refs.faults);
    },
    goTo(field) {
      const input = this.input(field);
      input?.focus();
      (placeOf(input) ?? input)?.scrollIntoView({ block: "center" });
    },
  };
}

/** Not what is secret, nor what a reload makes anew. */
function isLasting([name]) {
  const input = this.input(name);
  return input.type !== "hidden" && !("fleeting" in input.dataset) && !input.closest(".secret");
}

/** One for each field, with all that is wrong there. */
function byField(faults) {
  const messages = new Map();
  for (const { field, message } of faults)
    messages.set(field, [...(messages.get(field) ?? []), message]);
  return [...messages].map(([field, found]) => ({ field, message: found.join(" ") }));
}

function counted(number, { sayOne, sayFew, sayMany, sayStopped }) {
  if (!number) return sayStopped;
  const plural = new Intl.PluralRules(lang).select(number);
  const sentence = { one: sayOne, few: sayFew }[plural] ?? sayMany;
  return sentence.replace("{count}", number);
}

const placeOf = (input) => input?.closest("[data-field]");

/** What the field is called. */
function labelOf(input) {
  return (placeOf(input).querySelector(".field__label") ?? input.labels[0]).textContent.trim();
}
