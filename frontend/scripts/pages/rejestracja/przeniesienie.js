import { define } from "../../alpine.js";
import { move } from "../../components/move.js";

define({ move });
