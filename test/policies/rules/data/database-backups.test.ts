import { rule } from "../../../../policies/rules/data/database-backups.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./database-backups.samples.js";

ruleTest(rule, samples);
