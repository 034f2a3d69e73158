import { rule } from "../../../../policies/rules/containers/container-no-devices.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-devices.samples.js";

ruleTest(rule, samples);
