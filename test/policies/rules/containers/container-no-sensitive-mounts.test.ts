import { rule } from "../../../../policies/rules/containers/container-no-sensitive-mounts.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-sensitive-mounts.samples.js";

ruleTest(rule, samples);
