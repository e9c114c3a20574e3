import { define } from "../../alpine.js";
import { opened } from "../../components/opened.js";

define({ opened });
