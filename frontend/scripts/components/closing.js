/** Closing the account. */
import { api } from "../api.js";
import { form } from "../form.js";

export function closing() {
  return {
    ...form(),
    async submit() {
      const answer = await this.send(({ current_password }) =>
        api.post("/my-data/closing", { current_password }),
      );
      if (!answer) return;
      this.empty();
      this.$dispatch("account-closed");
    },
  };
}
