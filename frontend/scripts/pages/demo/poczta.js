import { define } from "../../alpine.js";
import { mailbox } from "../../components/mailbox.js";

define({ mailbox });
