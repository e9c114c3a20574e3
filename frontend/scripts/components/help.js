/** The search of Help: what fits stays, and what to do is said where nothing does. */
import { focusOn } from "../inside.js";
import { sift } from "../questions.js";

export function help() {
  let say;
  return {
    asked: "",
    count: 0,
    get isEmpty() {
      return this.asked.trim() !== "" && this.count === 0;
    },
    get found() {
      return this.asked.trim() && this.count ? say.replace("{count}", this.count) : "";
    },
    init() {
      say = this.$root.dataset.sayFound;
      this.$watch("asked", () => this.look());
      this.asked = new URLSearchParams(location.search).get("q") ?? "";
    },
    look() {
      this.count = sift(this.$root, this.asked);
    },
    /** To what was found, past the field. */
    async go() {
      this.look();
      await focusOn(this.isEmpty ? this.$refs.empty : this.$refs.found);
    },
    async forget() {
      this.asked = "";
      await focusOn(this.$refs.ask);
    },
  };
}
