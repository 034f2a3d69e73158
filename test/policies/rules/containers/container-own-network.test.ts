import { rule } from "../../../../policies/rules/containers/container-own-network.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-own-network.samples.js";

ruleTest(rule, samples);
