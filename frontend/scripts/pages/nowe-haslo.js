import { define } from "../alpine.js";
import { newPassword } from "../components/new-password.js";
import { reset } from "../components/reset.js";
import { reveal } from "../components/reveal.js";

define({ newPassword, reset, reveal });
