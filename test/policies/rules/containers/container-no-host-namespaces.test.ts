import { rule } from "../../../../policies/rules/containers/container-no-host-namespaces.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-host-namespaces.samples.js";

ruleTest(rule, samples);
