/**
 * One form: what was typed is kept, a press is sent once, and a refusal is told the same way
 * everywhere: counted on top with links, repeated at each field, with the focus on the summary.
 */
import { Fault } from "./api.js";
import { keep, recall } from "./kept.js";

const say = document.documentElement.dataset;
// After this a wait is no longer usual, and is told.
const SLOW_MS = 8000;

export class Form {
  /** `kept` names the place in the tab's storage; without it, nothing typed is kept. */
  constructor(element, kept = null) {
    this.element = element;
    this.kept = kept;
    this.busy = false;
    this.summary = element.querySelector("[data-faults]");
    this.button = element.querySelector("[data-submit]");
    if (kept) {
      this.fill(recall(kept));
      element.addEventListener("input", () => this.remember());
      element.addEventListener("change", () => this.remember());
    }
  }

  input(name) {
    const found = this.element.elements.namedItem(name);
    return found instanceof RadioNodeList ? found[0] : found;
  }

  /** What is in the form: boxes as true or false, the rest as text. */
  values() {
    const values = {};
    for (const input of this.element.elements) {
      if (!input.name || (input.type === "radio" && !input.checked)) continue;
      values[input.name] = input.type === "checkbox" ? input.checked : input.value;
    }
    return values;
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const input = this.element.elements.namedItem(name);
      if (!input || input.type === "password") continue;
      if (input.type === "checkbox") input.checked = value === true;
      else input.value = value;
    }
  }

  remember() {
    const lasting = ([name]) => {
      const input = this.input(name);
      return input.type !== "hidden" && !("fleeting" in input.dataset) && !this.isSecret(name);
    };
    keep(this.kept, Object.fromEntries(Object.entries(this.values()).filter(lasting)));
  }

  isSecret(name) {
    return Boolean(this.input(name).closest(".secret"));
  }

  /** Do `call` with the values; its answer, or null after the refusal was shown. */
  async send(call) {
    if (this.busy) return null;
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
  }

  // Not `disabled`: that would throw away the focus, and the reader would not know why.
  setBusy(busy) {
    this.busy = busy;
    this.button.setAttribute("aria-disabled", String(busy));
    this.button.classList.toggle("button--busy", busy);
    const { sayBusy, saySlow } = this.button.dataset;
    this.label ??= this.button.textContent;
    this.button.firstElementChild.textContent = busy ? sayBusy : this.label;
    this.tell(busy ? sayBusy : "", false);
    clearTimeout(this.slow);
    if (busy) this.slow = setTimeout(() => this.tell(saySlow, true), SLOW_MS);
  }

  /** What is under way, for the ear; also for the eye when it takes long. */
  tell(sentence, isSeen) {
    const told = this.element.querySelector("[data-told]");
    told.textContent = sentence;
    told.classList.toggle("unseen", !isSeen);
  }

  /** Called with each fault; returns true when it has been dealt with there. */
  onFault = () => false;

  refuse(fault) {
    if (this.onFault(fault)) return;
    const faults = this.byField(fault.faults).sort((a, b) => this.order(a, b));
    for (const { field, message } of faults) this.mark(field, message);
    this.sum(faults, fault);
  }

  /** One for each field, with all that is wrong there. */
  byField(faults) {
    const told = new Map();
    for (const { field, message } of faults) {
      if (this.place(field)) told.set(field, [...(told.get(field) ?? []), message]);
    }
    return [...told].map(([field, messages]) => ({ field, message: messages.join(" ") }));
  }

  place(field) {
    return this.element.querySelector(`[data-field="${CSS.escape(field)}"]`);
  }

  order(one, other) {
    const follows = this.place(one.field).compareDocumentPosition(this.place(other.field));
    return follows & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  }

  mark(field, message) {
    const place = this.place(field);
    place.classList.add("field--fault");
    const told = place.querySelector(".field__fault");
    told.querySelector("span").textContent = message;
    told.hidden = false;
    this.input(field)?.setAttribute("aria-invalid", "true");
  }

  clear() {
    for (const place of this.element.querySelectorAll(".field--fault")) this.unmark(place);
    if (this.summary) this.summary.hidden = true;
    document.title = document.title.replace(say.sayFault, "");
  }

  unmark(place) {
    place.classList.remove("field--fault");
    for (const told of place.querySelectorAll(".field__fault")) told.hidden = true;
    for (const input of place.querySelectorAll("[aria-invalid]"))
      input.removeAttribute("aria-invalid");
  }

  /** The summary: how many things, or what happened; then links to the fields. */
  sum(faults, fault, links = faults) {
    const told = this.summary.querySelector(".faults__told");
    this.summary.querySelector("h2").textContent = this.count(faults.length);
    told.textContent = fault.sentence;
    told.hidden = faults.length > 0 || !fault.detail;
    this.summary.querySelector("ul").replaceChildren(...links.map((link) => this.link(link)));
    this.summary.querySelector("[data-again]").hidden = !["offline", "broken"].includes(fault.code);
    this.summary.hidden = false;
    this.summary.focus();
    this.summary.scrollIntoView({ block: "nearest" });
    if (!document.title.startsWith(say.sayFault)) document.title = say.sayFault + document.title;
  }

  count(number) {
    const words = this.summary.dataset;
    if (!number) return words.sayStopped;
    const form = new Intl.PluralRules(document.documentElement.lang).select(number);
    const sentence = { one: words.sayOne, few: words.sayFew }[form] ?? words.sayMany;
    return sentence.replace("{count}", number);
  }

  link({ field, message }) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const input = this.input(field);
    link.href = `#${input?.id ?? field}`;
    const name = document.createElement("b");
    name.textContent = this.name(field);
    link.append(name, message ? `: ${message}` : "");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      input?.focus();
      (this.place(field) ?? input)?.scrollIntoView({ block: "center" });
    });
    item.append(link);
    return item;
  }

  name(field) {
    const input = this.input(field);
    const label = this.place(field)?.querySelector(".field__label") ?? input?.labels?.[0];
    return label?.textContent.trim() ?? field;
  }
}

/** Hide the form and show the panel of this name, with the focus on it. */
export function showPanel(root, name, detail = "") {
  for (const form of root.querySelectorAll("form")) form.hidden = true;
  for (const panel of root.querySelectorAll("[data-panel]"))
    panel.hidden = panel.dataset.panel !== name;
  const panel = root.querySelector(`[data-panel="${name}"]`);
  const told = panel.querySelector("[data-detail]");
  if (told && detail) told.textContent = detail;
  panel.focus();
  panel.scrollIntoView({ block: "nearest" });
}

export function hidePanels(root) {
  for (const panel of root.querySelectorAll("[data-panel]")) panel.hidden = true;
  for (const form of root.querySelectorAll("form")) form.hidden = false;
}
