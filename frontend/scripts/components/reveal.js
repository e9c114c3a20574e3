/** Pokaż hasło. Hidden again on submit, so that browsers do not store it as text. */
export function reveal() {
  return {
    shown: false,
    get pressed() {
      return String(this.shown);
    },
    get type() {
      return this.shown ? "text" : "password";
    },
    turn() {
      this.shown = !this.shown;
      this.$refs.input.focus();
    },
    hide() {
      this.shown = false;
      // Immediately, before the browser saves the submitted fields.
      this.$refs.input.type = "password";
    },
  };
}
