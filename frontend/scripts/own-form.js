/** A form of Moje dane; when the session has ended there is nothing to try again here. */
import { form } from "./form.js";
import { leave } from "./moves.js";

export function ownForm() {
  return {
    ...form(),
    refused(fault) {
      if (fault.code === "sign-in-first") leave("/logowanie");
      return false;
    },
  };
}
