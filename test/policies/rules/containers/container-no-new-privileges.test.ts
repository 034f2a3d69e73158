import { rule } from "../../../../policies/rules/containers/container-no-new-privileges.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-new-privileges.samples.js";

ruleTest(rule, samples);
