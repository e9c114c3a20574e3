import { define } from "../alpine.js";
import { attachmentChoice } from "../components/attachment-choice.js";
import { closing } from "../components/closing.js";
import { consentHistory } from "../components/consent-history.js";
import { emailChange } from "../components/email-change.js";
import { myData } from "../components/my-data.js";
import { oneTimeCode } from "../components/one-time-code.js";
import { ourMails } from "../components/our-mails.js";
import { ownArchive } from "../components/own-archive.js";
import { ownLooks } from "../components/own-looks.js";
import { ownSessions } from "../components/own-sessions.js";
import { phoneChange } from "../components/phone-change.js";
import { reveal } from "../components/reveal.js";
import { row } from "../components/row.js";

define({
  attachmentChoice,
  closing,
  consentHistory,
  emailChange,
  myData,
  oneTimeCode,
  ourMails,
  ownArchive,
  ownLooks,
  ownSessions,
  phoneChange,
  reveal,
  row,
});
