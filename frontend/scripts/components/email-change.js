/** Another e-mail address, asked for with the present password, or the present one again: each proves itself by a code. */
import { api } from "../api.js";
import { Form } from "../form.js";
import { focusOn } from "../inside.js";
import { leave } from "../moves.js";

/** A form of Moje dane; when the session has ended there is nothing to try again here. */
export function ownForm(root) {
  const form = new Form(root.querySelector("form"));
  form.onFault = (fault) => {
    if (fault.code === "sign-in-first") leave("/logowanie");
    return false;
  };
  return form;
}

export function emailChange() {
  let form, root, present;
  return {
    waiting: "",
    done: false,
    told: "",
    stay: "",
    get asks() {
      return !this.waiting && !this.done;
    },
    init() {
      root = this.$root;
      form = ownForm(root);
    },
    know(event) {
      present = event.detail.email;
      const change = event.detail.email_change;
      if (!change) return;
      root.open = true;
      this.wait(change);
    },
    /** The present address shall prove that it works again. */
    async asked(event) {
      root.open = true;
      this.done = false;
      this.wait(event.detail);
      await focusOn(root.querySelector("#code"));
    },
    wait(change) {
      const { sayNew, saySame, sayKeep, sayLeave } = root.dataset;
      const isSame = change.email === present;
      this.told = isSame ? saySame : sayNew;
      this.stay = isSame ? sayLeave : sayKeep;
      this.waiting = change.email;
      this.$dispatch("email-asked", change);
    },
    async submit() {
      const answer = await form.send(({ email, current_password }) =>
        api.post("/my-data/email", { email, current_password }),
      );
      if (!answer) return;
      form.element.reset();
      this.done = false;
      this.wait(answer.email_change);
      await focusOn(root.querySelector("#code"));
    },
    async giveUp() {
      await api.delete("/my-data/email");
      this.waiting = "";
      await focusOn(form.input("email"));
    },
    async taken(event) {
      this.waiting = "";
      this.done = true;
      this.$dispatch("my-data", event.detail);
      await focusOn(this.$refs.done);
    },
  };
}
