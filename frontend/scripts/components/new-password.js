/** Checks password rules while typing. The server decides; this only helps. */

/** Rule -> true, false, or null if only the server can tell. */
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

/** The code's digits, unless they are so few that many passwords contain them. */
function digitsOf(code) {
  const digits = code.replace(/\D/g, "");
  return digits.length >= 4 ? digits : "";
}

function holds(password, part) {
  return password.toLowerCase().includes(part.toLowerCase());
}

export function newPassword() {
  let timer;
  return {
    message: "",
    rules: judge(""),
    destroy() {
      clearTimeout(timer);
    },
    /** Check the input; `owner` is the form's, if it knows whose password it is. */
    look(event) {
      const password = event.target.value;
      this.rules = judge(password, this.owner);
      clearTimeout(timer);
      // Announced after a pause in typing, not at every key.
      if (password) timer = setTimeout(() => this.announce(), 1200);
    },
    styleOf(rule) {
      const style = rule === "wish" ? "rules__wish" : "rules__rule";
      return {
        [`${style}--met`]: this.rules[rule],
        [`${style}--later`]: this.rules[rule] === null,
      };
    },
    said(rule) {
      const { sayLater, sayMet } = this.$root.dataset;
      if (this.rules[rule] === null) return sayLater;
      return this.rules[rule] ? sayMet : "";
    },
    announce() {
      const met = ["long", "mixed", "short", "code", "name"].filter((rule) => this.rules[rule]);
      this.message = this.$root.dataset.sayCount.replace("{count}", met.length);
    },
  };
}
