/** The language menu: closes on Escape, returning focus, and on a click outside. */
export function tongue() {
  return {
    fold() {
      this.$root.open = false;
    },
    shut() {
      if (!this.$root.open) return;
      this.fold();
      this.$refs.call.focus();
    },
  };
}
