import { rule } from "../../../../policies/rules/data/database-not-public.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./database-not-public.samples.js";

ruleTest(rule, samples);
