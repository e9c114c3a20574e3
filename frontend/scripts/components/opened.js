/** Gotowe: the account is open, the temporary password is on its way. */
import { recall } from "../kept.js";

export function opened() {
  return { email: recall("opened").email ?? "" };
}
