import { rule } from "../../../../policies/rules/data/database-deletion-protected.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./database-deletion-protected.samples.js";

ruleTest(rule, samples);
