import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";
import { MADE_UP } from "./_made-up.js";

export const samples: Samples = {
  passing: [
    { name: "as our components make it", props: { create: "node templates/files/put.mjs", stdin: MADE_UP.anthropic } },
    {
      name: "in the environment",
      props: { create: "node templates/containers/limit-pids.mjs", environment: { API_TOKEN: MADE_UP.gitHub } },
    },
    { name: "by a variable", props: { create: 'restic --password-file "$FILE" backup; login --token "$TOKEN"' } },
    { name: "allowed", props: { create: "join --token q1w2e3" }, settings: { allowedNames: ["token"] } },
    { name: "on another machine", type: "command:remote:Command", props: { create: "systemctl restart caddy" } },
  ],
  failing: [
    { name: "an option", props: { create: "join --token q1w2e3" }, says: "create: token is named like a secret" },
    {
      name: "a variable before the program",
      props: { update: "DB_PASSWORD=q1w2e3 migrate" },
      says: "update: DB_PASSWORD",
    },
    {
      name: "by its form",
      props: { create: `curl -u x:${MADE_UP.gitHub} example.org` },
      says: "it holds a token of GitHub",
    },
    { name: "at the end", props: { create: "true", delete: `leave ${MADE_UP.tailscale}` }, says: "delete: it holds" },
    {
      name: "in a URL",
      type: "command:remote:Command",
      props: { create: `psql ${MADE_UP.url}` },
      says: "a password in a URL",
    },
  ],
  unknown: [
    { name: "what creates", props: { create: UNKNOWN } },
    {
      name: "what deletes",
      type: "command:remote:Command",
      props: { create: "true", delete: UNKNOWN },
      says: "delete",
    },
  ],
};
