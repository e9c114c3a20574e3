/** The registration moves to the device that opened the mail; a press spends the link, not a look. */
import { api } from "../api.js";
import { Form, showPanel } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go, takeToken } from "../moves.js";

export function move() {
  let form, root;
  return {
    init() {
      root = this.$root;
      form = new Form(root.querySelector("form"));
      form.onFault = (fault) => fault.code === "link-spent" && this.end();
      // A reload, or a change of language, must not lose the link.
      keep("move", { token: takeToken() || recall("move").token });
      if (!recall("move").token) this.end();
    },
    end() {
      forget("move");
      showPanel(root, "spent");
      return true;
    },
    async submit() {
      const { token } = recall("move");
      const answer = await form.send(() => api.post("/registration/move", { token }));
      if (!answer) return;
      forget("move");
      await go("/rejestracja/potwierdzenie");
    },
  };
}
