import { rule } from "../../../../policies/rules/dns/dns-no-dangling-record.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-no-dangling-record.samples.js";

ruleTest(rule, samples);
