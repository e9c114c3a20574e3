/** A new password with the link from a mail. */
import { api } from "../api.js";
import { Form, showPanel } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { takeToken } from "../moves.js";

export function reset() {
  let form, root;
  return {
    init() {
      root = this.$root;
      form = new Form(root.querySelector("form"));
      form.onFault = (fault) => fault.code === "link-spent" && this.end("spent");
      keep("reset", { token: takeToken() || recall("reset").token });
      if (!recall("reset").token) this.end("spent");
    },
    end(panel) {
      forget("reset");
      showPanel(root, panel);
      return true;
    },
    async submit() {
      const { token } = recall("reset");
      const answer = await form.send(({ new_password }) =>
        api.put("/password-reset", { token, new_password }),
      );
      if (answer) this.end("done");
    },
  };
}
