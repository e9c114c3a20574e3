/**
 * The search box of the office: a combobox whose options are links. htmx asks the server at each
 * pause in typing; the focus stays in the input, and arrows move `aria-activedescendant`. Of what
 * can be done on this page (its acts, and the places of the office) the box knows by itself.
 */
import { bringHtmx } from "./parts.js";

const form = document.querySelector("[data-seek]");
const input = form?.querySelector("[role=combobox]");
const panel = form?.querySelector("[data-found]");
const status = form?.querySelector("[aria-live]");
const LOCAL = { sayActs: "#acts a[href]", sayPlaces: ".tabs a[href], .me a[href]" };
let hasTriedAgain = false;

const options = () => [...panel.querySelectorAll("[role=option]")];
const active = () => panel.querySelector("[aria-selected=true]");
const isOpen = () => Boolean(panel.firstElementChild);

function mark(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function close() {
  panel.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  status.textContent = "";
}

/** Ask the server for what stands in the box, or for whom one opened last. */
async function ask() {
  await bringHtmx();
  input.dispatchEvent(new Event("seek"));
}

/** Small letters without diacritics. */
const folded = (text) =>
  text.toLowerCase().replace(/ł/g, "l").normalize("NFD").replace(/\p{M}/gu, "");

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const nameOf = (link) => (link.querySelector(".acts__name") ?? link).textContent.trim();

/** What can be done here, or where one can go, as far as it has all that was typed. */
function localGroup(say, selector) {
  const words = folded(input.value).split(/\s+/).filter(Boolean);
  const links = new Map();
  for (const link of document.querySelectorAll(selector)) {
    const name = folded(nameOf(link));
    if (words.every((word) => name.includes(word))) links.set(link.href, link);
  }
  if (!links.size) return [];
  const head = element("p", { class: "found__group", id: `g-${say}`, role: "presentation" });
  head.append(form.dataset[say]);
  const rows = [...links.values()].map((link, i) => {
    const name = element("span", { class: "found__name" }, nameOf(link));
    const row = { id: `${say}-${i}`, role: "option", "aria-selected": "false", tabindex: "-1" };
    const option = element("a", { ...row, class: "found__row", href: link.href }, "", name);
    option.prepend(element("span", {}));
    return element("li", { role: "none" }, option);
  });
  return [head, element("ul", { role: "group", "aria-labelledby": head.id }, ...rows)];
}

/** Put what the box knows by itself above what the server has found. */
function addLocal() {
  const groups = Object.entries(LOCAL).flatMap(([say, selector]) => localGroup(say, selector));
  if (!groups.length) return;
  const found = panel.querySelector(".found");
  let list = panel.querySelector("[role=listbox]");
  if (!list) {
    list = element("div", {
      role: "listbox",
      id: "found-list",
      "aria-label": input.labels[0].textContent,
    });
    found.querySelector(".found__foot").before(list);
  }
  list.prepend(...groups);
}

/** The panel has come: tell how much is in it, and choose what an identifier has found. */
function show() {
  const found = panel.querySelector(".found");
  if (!found) return location.reload();
  form.querySelector("[name=csrf_token]").value = found.dataset.token;
  // The page was open for longer than its token holds: once more, with the new one.
  if ("refusedSearch" in found.dataset && !hasTriedAgain) {
    hasTriedAgain = true;
    return ask();
  }
  hasTriedAgain = false;
  if (document.activeElement !== input) return close();
  addLocal();
  const has = Boolean(options().length);
  input.setAttribute("aria-expanded", String(has));
  input.setAttribute("aria-controls", has ? "found-list" : "found");
  status.textContent = found.dataset.count;
  mark("jump" in found.dataset ? panel.querySelector("[id^=r1-]") : null);
  return null;
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const now = all.indexOf(active());
  const next = now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length;
  mark(all[next]);
}

const KEYS = {
  ArrowDown: () => (isOpen() ? move(1) : ask()),
  ArrowUp: () => move(-1),
  Escape() {
    if (isOpen()) close();
    else input.value = "";
  },
};

function press(event) {
  if (event.key === "Enter" && active()) {
    event.preventDefault();
    const { ctrlKey, metaKey } = event;
    active().dispatchEvent(
      new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }),
    );
  } else if (KEYS[event.key] && !event.isComposing) {
    event.preventDefault();
    KEYS[event.key]();
  }
}

/** Focus the box, with what stands in it selected. */
export function seek() {
  input?.focus();
  input?.select();
}

/** Whether an event is about the box, and not about the page. */
export const isSeeking = (event) =>
  event.target === input || event.detail?.ctx?.sourceElement === input;

if (form) {
  input.addEventListener("keydown", press);
  input.addEventListener("focus", () => !input.value && ask());
  form.addEventListener("submit", close);
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", () => setTimeout(close));
  input.addEventListener("blur", () =>
    setTimeout(() => document.activeElement !== input && close()),
  );
  document.addEventListener("htmx:after:swap", (event) => isSeeking(event) && show());
}
