/** Change of e-mail with the current password, or confirming the current address; each needs a code. */
import { api } from "../api.js";
import { focusOn } from "../inside.js";
import { form } from "../form.js";

export function emailChange() {
  let present;
  return {
    ...form(),
    waiting: "",
    message: "",
    stay: "",
    isOpen() {
      return !this.waiting;
    },
    update(event) {
      present = event.detail.email;
      const change = event.detail.email_change;
      if (change) this.wait(change);
    },
    /** A code was requested for the current address, which had bounced. */
    asked(event) {
      this.wait(event.detail, true);
    },
    wait(change, isNews = false) {
      const { sayNew, saySame, sayKeep, sayLeave } = this.$root.dataset;
      const isSame = change.email === present;
      this.message = isSame ? saySame : sayNew;
      this.stay = isSame ? sayLeave : sayKeep;
      this.waiting = change.email;
      this.unfold();
      this.$dispatch("email-asked", { ...change, isNews });
    },
    async submit() {
      const answer = await this.send(({ email, current_password }) =>
        api.post("/my-data/email", { email, current_password }),
      );
      if (!answer) return;
      this.empty();
      this.wait(answer.email_change, true);
    },
    async giveUp() {
      await api.delete("/my-data/email");
      this.waiting = "";
      await focusOn(this.input("email"));
    },
    async taken(event) {
      this.waiting = "";
      this.$dispatch("my-data", event.detail);
      await this.fold(this.message);
    },
  };
}
