import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const container = "docker:index/container:Container";
const service = "docker:index/service:Service";
const id = `sha256:${"0f".repeat(32)}`;

export const samples: Samples = {
  passing: [
    { name: "a version", props: { name: "caddy:2.10" } },
    { name: "a digest, whatever the tag", props: { name: `caddy:latest@${id}` } },
    { name: "as our components build it", props: { name: "fleet.local/openclaw:b9efc4e14b1339e2", keepLocally: true } },
    { name: "built, whatever the tag", props: { name: "gather-claw:latest", build: { context: "." } } },
    {
      name: "built and pushed",
      type: "docker:index/image:Image",
      props: { imageName: "acme/agent", build: { context: "." } },
    },
    { name: "a container by the image's id", type: container, props: { image: id } },
    { name: "a container by the id alone", type: container, props: { image: "0f".repeat(32) } },
    { name: "a version of a registry with a port", props: { name: "registry.example.org:5000/acme/agent:1" } },
    {
      name: "built on the machine, by the settings",
      props: { name: "built.here/agent" },
      settings: { localRegistries: ["built.here"] },
    },
  ],
  failing: [
    { name: "latest", props: { name: "gather-claw:latest" }, says: "gather-claw:latest is a tag that moves" },
    { name: "no tag", props: { name: "caddy" }, says: "caddy has no tag, which is latest" },
    {
      name: "no tag behind a port",
      props: { name: "registry.example.org:5000/acme/agent" },
      says: ":5000/acme/agent has no tag",
    },
    { name: "a branch, in capitals", props: { name: "ghcr.io/acme/agent:MAIN" } },
    { name: "a container's", type: container, props: { image: "docker.io/library/redis" }, says: /^redis has no tag/ },
    { name: "a service's", type: service, props: { taskSpec: { containerSpec: { image: "redis:latest" } } } },
    { name: "not built here", type: "docker:index/image:Image", props: { imageName: "acme/agent:edge" } },
    {
      name: "in a group of Azure's",
      type: "azure-native:containerinstance:ContainerGroup",
      props: {
        containers: [{ name: "agent", image: "acme/agent:1" }],
        initContainers: [{ name: "init", image: "busybox" }],
      },
      says: "busybox has no tag",
    },
    {
      name: "on Cloud Run",
      type: "gcp:cloudrunv2/service:Service",
      props: { template: { containers: [{ image: "europe-docker.pkg.dev/acme/agents/agent:latest" }] } },
    },
    {
      name: "a job on Cloud Run",
      type: "gcp:cloudrunv2/job:Job",
      props: { template: { template: { containers: [{ image: "acme/job" }] } } },
    },
  ],
  unknown: [
    { name: "the name", props: { name: UNKNOWN } },
    { name: "whether it is built", props: { name: "caddy", build: UNKNOWN }, says: "build" },
    { name: "a container's, known later", type: container, props: { image: UNKNOWN } },
    { name: "a service's, known later", type: service, props: { taskSpec: UNKNOWN } },
    {
      name: "on Cloud Run, known later",
      type: "gcp:cloudrunv2/service:Service",
      props: { template: { containers: [UNKNOWN] } },
    },
  ],
};
