/** The registration moves to the device that opened the mail; a press spends the link, not a look. */
import { api } from "../api.js";
import { Form } from "../form.js";
import { keep, recall } from "../kept.js";
import { go, takeToken } from "../navigation.js";

export function move() {
  let form;
  return {
    init() {
      form = new Form(this.$root);
      // A reload, or a change of language, must not lose the link.
      keep("move", { token: takeToken() || recall("move").token });
    },
    async submit() {
      const answer = await form.send(() => api.post("/registration/move", { token: recall("move").token ?? "" }));
      if (answer) await go("/rejestracja/potwierdzenie");
    },
  };
}
