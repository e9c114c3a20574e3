/** Download of all data: the password is exchanged for a ticket that the browser downloads with. */
import { api } from "../api.js";
import { base } from "../moves.js";
import { form } from "../form.js";

export function ownArchive() {
  return {
    ...form(),
    async submit() {
      const answer = await this.send(({ current_password }) =>
        api.post("/my-data/archive", { current_password }),
      );
      if (!answer) return;
      this.empty();
      location.assign(`${base}/api/my-data/archive/${answer.archive.ticket}`);
      await this.fold(this.$root.dataset.saySaved);
    },
  };
}
