import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    {
      name: "by the shell",
      props: { healthcheck: { tests: ["CMD-SHELL", "curl -f http://127.0.0.1/"], interval: "5s" } },
    },
    { name: "a command", props: { healthcheck: { tests: ["CMD", "pg_isready"] } } },
    { name: "a command with a word known later", props: { healthcheck: { tests: ["CMD", UNKNOWN] } } },
    { name: "a service", type, props: { taskSpec: { containerSpec: { healthcheck: { tests: ["CMD", "true"] } } } } },
  ],
  failing: [
    { name: "none", props: {}, says: "no health check" },
    { name: "an empty one", props: { healthcheck: { tests: [] } } },
    { name: "the image's switched off", props: { healthcheck: { tests: ["NONE"] } }, says: "switched off" },
    { name: "a service without", type, props: { taskSpec: { containerSpec: { image: "a:1" } } } },
  ],
  unknown: [
    { name: "the whole check", props: { healthcheck: UNKNOWN } },
    { name: "its words", props: { healthcheck: { tests: UNKNOWN } }, says: "healthcheck.tests" },
    { name: "its first word", props: { healthcheck: { tests: [UNKNOWN, "true"] } } },
    { name: "a service's task", type, props: { taskSpec: UNKNOWN } },
  ],
};
