/** The button that freezes an account. Opening the page changes nothing. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { takeToken } from "../moves.js";

export function freeze() {
  return {
    ...form(),
    isChange: false,
    isOpening: true,
    init() {
      // What the mail was about: read before the token is removed from the URL.
      const isChange = location.search.includes("zmiana") || Boolean(recall("freeze").isChange);
      this.isChange = isChange;
      this.isOpening = !isChange;
      keep("freeze", { token: takeToken() || recall("freeze").token, isChange });
      if (!recall("freeze").token) this.finish("spent");
    },
    finish(panel) {
      forget("freeze");
      this.end(panel);
    },
    refused(fault) {
      if (fault.code !== "link-spent") return false;
      this.finish("spent");
      return true;
    },
    async submit() {
      const { token } = recall("freeze");
      const answer = await this.send(() => api.post("/account/freeze", { token }));
      if (answer) this.finish("frozen");
    },
  };
}
