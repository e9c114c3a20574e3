/** Entry of all staff pages; page scripts import shared modules from here. */
import "./globals.js";
import "./navigation.js";
import "./act-keys.js";
import "./keys.js";
import "./rows.js";
import { define } from "./alpine.js";
import { invitation } from "./components/invitation.js";
import { passkey } from "./components/passkey.js";
import { recoveryCodes } from "./components/recovery-codes.js";
import { reveal } from "./components/reveal.js";
import { rest } from "./focus.js";
import { bringHtmx } from "./parts.js";

export { define };
export * from "./api.js";
export * from "./form.js";
export * from "./moves.js";

define({ invitation, passkey, recoveryCodes, reveal });

// The server renders these pages, and htmx moves all of them, forms too: it comes at once.
bringHtmx().catch(() => {});

// A page that came whole says what was refused as loudly as one that was swapped in.
const refused = document.querySelector("#main [data-refused]");
if (refused) rest(refused);
