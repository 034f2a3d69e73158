import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const container = "docker:index/container:Container";
const id = `sha256:${"0f".repeat(32)}`;

export const samples: Samples = {
  passing: [
    { name: "a digest", props: { name: `caddy@${id}` } },
    { name: "a tag and a digest", props: { name: `ghcr.io/acme/agent:1.2@${id}` } },
    { name: "as our components build it", props: { name: "fleet.local/openclaw:b9efc4e14b1339e2" } },
    { name: "built", props: { name: "gather-claw:dev", build: { context: "examples/claw-standin" } } },
    { name: "a container by the image's id", type: container, props: { image: id } },
    {
      name: "a container that names what our components built",
      type: container,
      props: { image: "fleet.local/node:c80f910485f65912" },
    },
  ],
  failing: [
    { name: "a version", props: { name: "postgres:16" }, says: "postgres:16 is named without its digest" },
    { name: "a moving tag", props: { name: "gather-claw:latest" } },
    { name: "a container's", type: container, props: { image: "redis:7" } },
    {
      name: "what was built on the machine, without the settings",
      props: { name: "fleet.local/openclaw:b9efc4e14b1339e2" },
      settings: { localRegistries: [] },
    },
  ],
  unknown: [
    { name: "the name", props: { name: UNKNOWN } },
    {
      name: "a container's, known later",
      type: container,
      props: { image: UNKNOWN },
      says: "image is known only later",
    },
    { name: "whether it is built", props: { name: "caddy:2", build: UNKNOWN } },
  ],
};
