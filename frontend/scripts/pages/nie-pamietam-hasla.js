import { define } from "../alpine.js";
import { forgotten } from "../components/forgotten.js";

define({ forgotten });
