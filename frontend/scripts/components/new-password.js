/** The rules of a new password, ticked while one types. The server decides; this only helps. */

/** Each rule: true, false, or null where only the server can know. */
export function judge(password, { code = "", email = "" } = {}) {
  const plain = password.normalize("NFC");
  const length = [...plain].length;
  const groups = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];
  const name = email.split("@")[0];
  return {
    long: length >= 8,
    mixed: groups.filter((group) => group.test(plain)).length >= 3,
    short: length > 0 && length <= 128,
    code: code
      ? length > 0 && ![code, digitsOf(code)].some((part) => part && holds(plain, part))
      : null,
    name: name ? length > 0 && (name.length < 3 || !holds(plain, name)) : null,
    wish: length >= 15,
  };
}

/** Of a very short code every other password would hold the digits. */
function digitsOf(code) {
  const digits = code.replace(/\D/g, "");
  return digits.length >= 4 ? digits : "";
}

function holds(password, part) {
  return password.toLowerCase().includes(part.toLowerCase());
}

export function newPassword() {
  let root, input, telling;
  return {
    told: "",
    init() {
      root = this.$root;
      input = root.querySelector("input");
      this.look();
    },
    destroy() {
      clearTimeout(telling);
    },
    look() {
      const known = root.closest("[data-known-code]")?.dataset ?? {};
      const rules = judge(input.value, { code: known.knownCode, email: known.knownEmail });
      for (const [rule, met] of Object.entries(rules)) this.tick(rule, met);
      clearTimeout(telling);
      // Said once the typing has paused: a number at every key would be noise.
      telling = setTimeout(() => this.tell(rules), 1200);
    },
    tick(rule, met) {
      const line = root.querySelector(`[data-rule=${rule}]`);
      const style = rule === "wish" ? "rules__wish" : "rules__rule";
      line.classList.toggle(`${style}--met`, met === true);
      line.classList.toggle(`${style}--later`, met === null);
      const say = root.querySelector(".rules ul").dataset;
      line.querySelector(".unseen").textContent =
        met === null ? say.sayLater : met ? say.sayMet : "";
    },
    tell(rules) {
      if (!input.value) return;
      const met = ["long", "mixed", "short", "code", "name"].filter((rule) => rules[rule]).length;
      this.told = root.querySelector("[role=status]").dataset.say.replace("{count}", met);
    },
  };
}
