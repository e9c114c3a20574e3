/** What was just done: it can be taken back while its seconds run out. */
export function undo() {
  let ticking;
  return {
    left: 0,
    get isOpen() {
      return this.left > 0;
    },
    init() {
      const until = Date.now() + this.$root.dataset.seconds * 1000;
      const count = () => (this.left = Math.max(0, Math.ceil((until - Date.now()) / 1000)));
      count();
      ticking = setInterval(count, 250);
    },
    destroy() {
      clearInterval(ticking);
    },
  };
}
