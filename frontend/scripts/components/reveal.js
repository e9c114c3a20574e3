/** Pokaż hasło. The characters hide again when the form is sent, so that no browser keeps them. */
export function reveal() {
  let input;
  return {
    shown: false,
    get pressed() {
      return String(this.shown);
    },
    init() {
      input = this.$root.querySelector("input");
      input.form.addEventListener("submit", () => this.set(false), { capture: true });
    },
    turn() {
      this.set(!this.shown);
      input.focus();
    },
    set(shown) {
      this.shown = shown;
      input.type = shown ? "text" : "password";
    },
  };
}
