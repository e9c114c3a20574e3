/** Pokaż hasło. The characters hide again when the form is sent, so that no browser keeps them. */
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
      // At once: what is sent in the next moment is what a browser offers to keep.
      this.$refs.input.type = "password";
    },
  };
}
