/** Wyloguj: ends the session and clears what this tab has stored. */
import { api } from "../api.js";
import { forgetForGood } from "../kept.js";
import { leave } from "../moves.js";

export function signOut() {
  return {
    async leave() {
      try {
        await api.delete("/session");
      } catch (fault) {
        // A refusal means that the session had ended already; no answer means that it may not have.
        if (!fault.status) return;
      }
      forgetForGood();
      leave("/");
    },
  };
}
