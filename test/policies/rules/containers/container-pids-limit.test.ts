import { rule } from "../../../../policies/rules/containers/container-pids-limit.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-pids-limit.samples.js";

ruleTest(rule, samples);
