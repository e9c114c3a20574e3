import { define } from "../alpine.js";
import { captcha } from "../components/captcha.js";
import { yourDetails } from "../components/your-details.js";

define({ captcha, yourDetails });
