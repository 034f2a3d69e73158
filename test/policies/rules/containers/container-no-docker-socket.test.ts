import { rule } from "../../../../policies/rules/containers/container-no-docker-socket.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-docker-socket.samples.js";

ruleTest(rule, samples);
