import { define } from "../alpine.js";
import { freeze } from "../components/freeze.js";

define({ freeze });
