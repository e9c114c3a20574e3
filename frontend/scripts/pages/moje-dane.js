import { define } from "../alpine.js";
import { closing } from "../components/closing.js";
import { emailChange } from "../components/email-change.js";
import { myData } from "../components/my-data.js";
import { oneTimeCode } from "../components/one-time-code.js";
import { ourMails } from "../components/our-mails.js";
import { ownArchive } from "../components/own-archive.js";
import { ownSessions } from "../components/own-sessions.js";
import { phoneChange } from "../components/phone-change.js";
import { reveal } from "../components/reveal.js";

define({
  closing,
  emailChange,
  myData,
  oneTimeCode,
  ourMails,
  ownArchive,
  ownSessions,
  phoneChange,
  reveal,
});
