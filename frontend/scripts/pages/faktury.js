import { define } from "../alpine.js";
import { invoices } from "../components/invoices.js";

define({ invoices });
