import { define } from "../alpine.js";
import { reveal } from "../components/reveal.js";
import { signIn } from "../components/sign-in.js";

define({ reveal, signIn });
