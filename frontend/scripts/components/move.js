/** Moves the registration to this device. The button uses the link, not opening the page. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go, takeToken } from "../moves.js";

export function move() {
  return {
    ...form(),
    init() {
      // Kept over a reload or change of language.
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
