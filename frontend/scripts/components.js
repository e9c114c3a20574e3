/** The table of contents of what pages can do. It comes with the pages that do something. */
import "./globals.js";
import Alpine from "@alpinejs/csp";
import { account } from "./components/account.js";
import { captcha } from "./components/captcha.js";
import { closing } from "./components/closing.js";
import { confirmation } from "./components/confirmation.js";
import { emailChange } from "./components/email-change.js";
import { forgotten } from "./components/forgotten.js";
import { freeze } from "./components/freeze.js";
import { genuine } from "./components/genuine.js";
import { invoice } from "./components/invoice.js";
import { invoices } from "./components/invoices.js";
import { ledger } from "./components/ledger.js";
import { mailbox } from "./components/mailbox.js";
import { move } from "./components/move.js";
import { myData } from "./components/my-data.js";
import { newPassword } from "./components/new-password.js";
import { oneTimeCode } from "./components/one-time-code.js";
import { opened } from "./components/opened.js";
import { ourMails } from "./components/our-mails.js";
import { ownArchive } from "./components/own-archive.js";
import { ownSessions } from "./components/own-sessions.js";
import { paidOnline } from "./components/paid-online.js";
import { passwordChange } from "./components/password-change.js";
import { pay } from "./components/pay.js";
import { phoneChange } from "./components/phone-change.js";
import { reset } from "./components/reset.js";
import { reveal } from "./components/reveal.js";
import { saldo } from "./components/saldo.js";
import { signIn } from "./components/sign-in.js";
import { signOut } from "./components/sign-out.js";
import { useChart } from "./components/use-chart.js";
import { yourDetails } from "./components/your-details.js";
import { show } from "./show.js";

const components = {
  account,
  captcha,
  closing,
  confirmation,
  emailChange,
  forgotten,
  freeze,
  genuine,
  invoice,
  invoices,
  ledger,
  mailbox,
  move,
  myData,
  newPassword,
  oneTimeCode,
  opened,
  ourMails,
  ownArchive,
  ownSessions,
  paidOnline,
  passwordChange,
  pay,
  phoneChange,
  reset,
  reveal,
  saldo,
  signIn,
  signOut,
  useChart,
  yourDetails,
};
for (const [name, component] of Object.entries(components)) Alpine.data(name, component);
Alpine.directive("show", show);
window.Alpine = Alpine;
Alpine.start();
