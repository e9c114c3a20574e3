import { define } from "../alpine.js";
import { ledger } from "../components/ledger.js";
import { paidOnline } from "../components/paid-online.js";
import { pay } from "../components/pay.js";
import { saldo } from "../components/saldo.js";

define({ ledger, paidOnline, pay, saldo });
