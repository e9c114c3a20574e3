/** The first password: the link's token goes from the address into the form, which sends it. */
import { takeToken } from "../moves.js";

export function invitation() {
  return {
    init() {
      const token = takeToken();
      if (token) this.$refs.token.value = token;
    },
  };
}
