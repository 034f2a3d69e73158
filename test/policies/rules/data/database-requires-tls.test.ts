import { rule } from "../../../../policies/rules/data/database-requires-tls.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./database-requires-tls.samples.js";

ruleTest(rule, samples);
