import { rule } from "../../../../policies/rules/secrets/secret-not-on-command-line.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./secret-not-on-command-line.samples.js";

ruleTest(rule, samples);
