import { define } from "../../alpine.js";
import { undo } from "../../components/undo.js";

define({ undo });
