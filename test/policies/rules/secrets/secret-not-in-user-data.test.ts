import { rule } from "../../../../policies/rules/secrets/secret-not-in-user-data.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./secret-not-in-user-data.samples.js";

ruleTest(rule, samples);
