import { rule } from "../../../../policies/rules/dns/tunnel-verifies-origin.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./tunnel-verifies-origin.samples.js";

ruleTest(rule, samples);
