import { define } from "../../alpine.js";
import "../../act-keys.js";
import { undo } from "../../components/undo.js";

define({ undo });
