import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";
import { MADE_UP } from "./_made-up.js";

const build = (buildArgs: unknown) => ({ name: "acme/agent:1", build: { context: ".", buildArgs } });
const image = "docker:index/image:Image";

export const samples: Samples = {
  passing: [
    { name: "pulled", props: { name: "caddy:2.10" } },
    { name: "as our components build it", props: build({ BASE: "fleet.local/node:c80f910485f65912" }) },
    {
      name: "a secret of the build",
      props: { name: "a:1", build: { context: ".", secrets: [{ id: "npm", env: "NPM_TOKEN" }] } },
    },
    { name: "allowed", props: build({ DOWNLOAD_TOKEN: "q1w2e3" }), settings: { allowedNames: ["download_token"] } },
    {
      name: "built and pushed",
      type: image,
      props: { imageName: "acme/agent:1", build: { args: { VERSION: "1.2" } } },
    },
  ],
  failing: [
    { name: "an argument", props: build({ NPM_TOKEN: "q1w2e3" }), says: "the build argument NPM_TOKEN is named like" },
    { name: "an argument by its form", props: build({ REGISTRY: MADE_UP.npm }), says: "a token of npm" },
    {
      name: "a label",
      props: { name: "a:1", build: { context: ".", labels: { "acme.api-key": "q1w2e3" } } },
      says: "the label",
    },
    {
      name: "built and pushed with it",
      type: image,
      props: { imageName: "a:1", build: { args: { DB_PASSWORD: "q1w2e3" } } },
    },
  ],
  unknown: [
    { name: "the build", props: { name: "a:1", build: UNKNOWN } },
    { name: "the arguments", props: build(UNKNOWN) },
    { name: "one argument", props: build({ BASE: UNKNOWN }), says: "build.buildArgs.BASE" },
  ],
};
