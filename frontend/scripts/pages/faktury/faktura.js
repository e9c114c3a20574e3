import { define } from "../../alpine.js";
import { invoice } from "../../components/invoice.js";
import { pay } from "../../components/pay.js";

define({ invoice, pay });
