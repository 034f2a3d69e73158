import { rule } from "../../../../policies/rules/secrets/secret-not-in-container.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./secret-not-in-container.samples.js";

ruleTest(rule, samples);
