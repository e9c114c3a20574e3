/** A row of Moje dane: its act opens the sheet below it; Escape and *Anuluj* close it. */
import { emptyFormIn, enter, focusOn } from "../inside.js";

export function row() {
  return {
    isUnfolded: false,
    /** Message shown in the row after a change. */
    done: "",
    unfold() {
      this.isUnfolded = true;
      this.done = "";
    },
    /** Open the sheet and focus its first field, or itself. */
    async enter() {
      this.unfold();
      await enter(this.$refs.sheet);
    },
    /** Close the sheet and focus the act. */
    async fold(done = "") {
      this.isUnfolded = false;
      this.done = done;
      await focusOn(this.$refs.turn);
    },
    leave() {
      emptyFormIn(this.$refs.sheet);
      return this.fold();
    },
    turn: {
      ["x-ref"]: "turn",
      ["@click"]() {
        return this.isUnfolded ? this.leave() : this.enter();
      },
      [":aria-expanded"]() {
        return String(this.isUnfolded);
      },
    },
    sheet: {
      ["x-ref"]: "sheet",
      ["x-show"]() {
        return this.isUnfolded;
      },
      ["@keydown.escape"]() {
        return this.leave();
      },
    },
  };
}
