/** A new password with the link from a mail. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { takeToken } from "../moves.js";

export function reset() {
  return {
    ...form(),
    init() {
      keep("reset", { token: takeToken() || recall("reset").token });
      if (!recall("reset").token) this.finish("spent");
    },
    finish(panel) {
      forget("reset");
      this.end(panel);
    },
    refused(fault) {
      if (fault.code !== "link-spent") return false;
      this.finish("spent");
      return true;
    },
    async submit() {
      const { token } = recall("reset");
      const answer = await this.send(({ new_password }) =>
        api.put("/password-reset", { token, new_password }),
      );
      if (answer) this.finish("done");
    },
  };
}
