/** Closing the account. */
import { api } from "../api.js";
import { ownForm } from "./email-change.js";

export function closing() {
  let form;
  return {
    init() {
      form = ownForm(this.$root);
    },
    async submit() {
      const answer = await form.send(({ current_password }) =>
        api.post("/my-data/closing", { current_password }),
      );
      if (!answer) return;
      form.element.reset();
      this.$dispatch("account-closed");
    },
  };
}
