import { rule } from "../../../../policies/rules/dns/tunnel-ends-in-404.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./tunnel-ends-in-404.samples.js";

ruleTest(rule, samples);
