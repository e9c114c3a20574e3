import { define } from "../alpine.js";
import { account } from "../components/account.js";
import { saldo } from "../components/saldo.js";

define({ account, saldo });
