/** The list of languages: it closes by Escape, with the focus back, and by a press beside it. */
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
