/**
 * A form as data of its component (`...form("login")`), rendered by partials/form.html: keeps input,
 * sends once, and shows refusals as a focused summary with links and at each field. A panel replaces
 * the form at the end.
 */
import { Fault } from "./api.js";
import { focusOn } from "./inside.js";
import { keep, recall } from "./kept.js";
import { settling } from "./settle.js";

const { dataset: say, lang } = document.documentElement;
// After this the form says that it takes longer than usual.
const SLOW_MS = 8000;
const NO_REFUSAL = { isShown: false, head: "", message: "", isPassing: false, links: [] };

/** Panels that replace the form; `panel` is the one shown. */
export function panels() {
  return {
    panel: "",
    detail: "",
    /** Show this panel instead of the form, and focus it. */
    async end(name, detail = "") {
      Object.assign(this, { panel: name, detail });
      await this.$nextTick();
      const place = this.$refs[`panel-${name}`];
      await focusOn(place);
      place.scrollIntoView({ block: "nearest" });
    },
    /** Show the form again, and focus this field. */
    async again(field) {
      this.panel = "";
      await focusOn(this.input(field));
    },
  };
}

/** Bindings used by partials/form.html. */
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
    ["@reset"]() {
      this.emptied();
    },
    ["x-show"]() {
      return this.isOpen();
    },
  },
  // Not `disabled`, which would lose the focus without an explanation to screen readers.
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
  /** Progress for screen readers; visible after SLOW_MS. */
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

/** `kept` is the key in sessionStorage; without it input is not kept. */
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
    /** Hook called with each fault; returns true if it was handled. */
    refused: () => false,
    /** Hook called when the form is reset. */
    emptied() {
      this.clear();
    },
    /** Hook called after initialisation. */
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
    /** The form's values: booleans for checkboxes, text otherwise. */
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

    /** Call with the values; returns its result, or null after showing a refusal. */
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
    /** Fill the summary: how many errors, or what happened; and a link to each field. */
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

/** Whether a field is kept: not secrets, nor what is created anew on reload. */
function isLasting([name]) {
  const input = this.input(name);
  return input.type !== "hidden" && !("fleeting" in input.dataset) && !input.closest(".secret");
}

/** Join the errors of each field. */
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

/** The field's label. */
function labelOf(input) {
  return (placeOf(input).querySelector(".field__label") ?? input.labels[0]).textContent.trim();
}
