/** The registration moves to the device that opened the mail; a press spends the link, not a look. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go, takeToken } from "../moves.js";

export function move() {
  return {
    ...form(),
    init() {
      // A reload, or a change of language, must not lose the link.
      keep("move", { token: takeToken() || recall("move").token });
      if (!recall("move").token) this.spend();
    },
    spend() {
      forget("move");
      this.end("spent");
    },
    refused(fault) {
      if (fault.code !== "link-spent") return false;
      this.spend();
      return true;
    },
    async submit() {
      const { token } = recall("move");
      const answer = await this.send(() => api.post("/registration/move", { token }));
      if (!answer) return;
      forget("move");
      await go("/rejestracja/potwierdzenie");
    },
  };
}
