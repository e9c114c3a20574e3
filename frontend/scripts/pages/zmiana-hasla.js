import { define } from "../alpine.js";
import { newPassword } from "../components/new-password.js";
import { passwordChange } from "../components/password-change.js";
import { reveal } from "../components/reveal.js";

define({ newPassword, passwordChange, reveal });
