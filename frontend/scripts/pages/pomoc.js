import { define } from "../alpine.js";
import { help } from "../components/help.js";

define({ help });
