import { define } from "../alpine.js";
import { genuine } from "../components/genuine.js";

define({ genuine });
