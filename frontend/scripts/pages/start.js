import { define } from "../alpine.js";
import { account } from "../components/account.js";
import { saldo } from "../components/saldo.js";
import { useChart } from "../components/use-chart.js";

define({ account, saldo, useChart });
