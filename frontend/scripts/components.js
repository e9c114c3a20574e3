/** The table of contents of what pages can do. It comes with the pages that do something. */
import "./globals.js";
import Alpine from "@alpinejs/csp";
import { account } from "./components/account.js";
import { captcha } from "./components/captcha.js";
import { confirmation } from "./components/confirmation.js";
import { forgotten } from "./components/forgotten.js";
import { freeze } from "./components/freeze.js";
import { genuine } from "./components/genuine.js";
import { mailbox } from "./components/mailbox.js";
import { move } from "./components/move.js";
import { newPassword } from "./components/new-password.js";
import { oneTimeCode } from "./components/one-time-code.js";
import { opened } from "./components/opened.js";
import { ourMails } from "./components/our-mails.js";
import { passwordChange } from "./components/password-change.js";
import { reset } from "./components/reset.js";
import { reveal } from "./components/reveal.js";
import { signIn } from "./components/sign-in.js";
import { signOut } from "./components/sign-out.js";
import { useChart } from "./components/use-chart.js";
import { yourDetails } from "./components/your-details.js";

const components = {
  account, captcha, confirmation, forgotten, freeze, genuine, mailbox, move, newPassword,
  oneTimeCode, opened, ourMails, passwordChange, reset, reveal, signIn, signOut, useChart,
  yourDetails,
};
for (const [name, component] of Object.entries(components)) Alpine.data(name, component);
window.Alpine = Alpine;
Alpine.start();
