import { rule } from "../../../../policies/rules/dns/tunnel-secret-hidden.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./tunnel-secret-hidden.samples.js";

ruleTest(rule, samples);
