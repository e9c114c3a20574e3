/** Download of all my data: the password buys a ticket, and the browser fetches the file itself. */
import { api } from "../api.js";
import { focusOn } from "../inside.js";
import { base } from "../moves.js";
import { ownForm } from "./email-change.js";

export function ownArchive() {
  let form;
  return {
    done: false,
    init() {
      form = ownForm(this.$root);
    },
    async submit() {
      const answer = await form.send(({ current_password }) =>
        api.post("/my-data/archive", { current_password }),
      );
      if (!answer) return;
      form.element.reset();
      location.assign(`${base}/api/my-data/archive/${answer.archive.ticket}`);
      this.done = true;
      await focusOn(this.$refs.done);
    },
  };
}
