import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const CONTAINER = "docker:index/container:Container";
const LONG = Buffer.alloc(32, 7).toString("base64");

export const samples: Samples = {
  passing: [
    { name: "made by Cloudflare", props: { name: "t", configSrc: "cloudflare" } },
    { name: "32 bytes", props: { name: "t", tunnelSecret: LONG } },
    { name: "by file", type: CONTAINER, props: { command: ["tunnel", "run", "--token-file", "/run/secrets/token"] } },
    { name: "another program's token", type: CONTAINER, props: { command: ["runner", "--token", "x"] } },
    { name: "another variable", type: CONTAINER, props: { envs: ["TUNNEL_METRICS=127.0.0.1:9090"] } },
  ],
  failing: [
    { name: "short", props: { name: "t", tunnelSecret: "c2hvcnQ=" }, says: "less than 32 bytes" },
    {
      name: "on the command line",
      type: CONTAINER,
      props: { command: ["tunnel", "run", "--token", "x"] },
      says: "command line",
    },
    { name: "on it in one word", type: CONTAINER, props: { command: ["tunnel", "run", "--token=x"] } },
    {
      name: "in a script",
      type: CONTAINER,
      props: { entrypoints: ["sh", "-c", "exec cloudflared tunnel run --token x"] },
    },
    { name: "on it, known later", type: CONTAINER, props: { command: ["tunnel", "run", "--token", UNKNOWN] } },
    { name: "in the environment", type: CONTAINER, props: { envs: ["TUNNEL_TOKEN=x"] }, says: "environment" },
  ],
  unknown: [
    { name: "secret later", props: { name: "t", tunnelSecret: UNKNOWN } },
    { name: "a word of cloudflared's later", type: CONTAINER, props: { command: ["cloudflared", UNKNOWN] } },
  ],
};
