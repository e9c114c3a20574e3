import { define } from "../alpine.js";
import { useChart } from "../components/use-chart.js";

define({ useChart });
