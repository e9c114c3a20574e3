/** Wyloguj: the session ends here and at the server, and nothing typed stays in this tab. */
import { api } from "../api.js";
import { forgetAll } from "../kept.js";
import { leave } from "../moves.js";

export function signOut() {
  return {
    async leave() {
      try {
        await api.delete("/session");
      } catch (fault) {
        // Already signed out elsewhere is as good as signed out; without a connection it is not.
        if (!fault.status) return;
      }
      forgetAll();
      leave("/");
    },
  };
}
