import { define } from "../../alpine.js";
import { confirmation } from "../../components/confirmation.js";
import { oneTimeCode } from "../../components/one-time-code.js";

define({ confirmation, oneTimeCode });
