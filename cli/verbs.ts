import type { VerbModule } from "./verb.js";

interface VerbEntry {
  name: string;
  /** As `--help` lists it. */
  summary: string;
  load: () => Promise<VerbModule>;
}

/** Every verb, in the order of the help. Only the one that is called gets loaded: that is what keeps `check` fast. */
export const verbs: VerbEntry[] = [
  { name: "check", summary: "find every fault in the stack files", load: () => import("./verbs/check.js") },
  { name: "preview", summary: "show what `up` would change", load: () => import("./verbs/preview.js") },
  { name: "diff", summary: "show what a change does to every stack", load: () => import("./verbs/diff.js") },
  { name: "cost", summary: "show what stacks cost a month", load: () => import("./verbs/cost.js") },
  { name: "up", summary: "bring a stack to what its file declares", load: () => import("./verbs/up.js") },
  { name: "policy", summary: "hold stacks to the policies", load: () => import("./verbs/policy.js") },
  { name: "status", summary: "show whether the agents are ready", load: () => import("./verbs/status.js") },
  { name: "logs", summary: "show an agent's log", load: () => import("./verbs/logs.js") },
  { name: "exec", summary: "run a command in an agent's container", load: () => import("./verbs/exec.js") },
  {
    name: "patch",
    summary: "bring agents to their present image, one after the other",
    load: () => import("./verbs/patch.js"),
  },
  {
    name: "rotate",
    summary: "give agents' gateways other tokens, one after the other",
    load: () => import("./verbs/rotate.js"),
  },
  { name: "agent", summary: "add, change or remove an agent in a stack file", load: () => import("./verbs/agent.js") },
  { name: "new", summary: "begin a stack file for a new team", load: () => import("./verbs/new.js") },
  { name: "secret", summary: "set, list or remove a stack's secrets", load: () => import("./verbs/secret.js") },
  {
    name: "secrets",
    summary: "list every secret, and where it lives on the machines",
    load: () => import("./verbs/secrets.js"),
  },
  {
    name: "trust",
    summary: "write the key that a machine is known by into a stack file",
    load: () => import("./verbs/trust.js"),
  },
  { name: "backup", summary: "list a stack's backups, or make one now", load: () => import("./verbs/backup.js") },
  {
    name: "restore",
    summary: "put an agent's or a service's data back from a backup",
    load: () => import("./verbs/restore.js"),
  },
  { name: "drill", summary: "prove that a stack's backups can be restored", load: () => import("./verbs/drill.js") },
  { name: "outputs", summary: "show addresses, URLs and tokens", load: () => import("./verbs/outputs.js") },
  { name: "graph", summary: "draw a stack's machines, agents, data and names", load: () => import("./verbs/graph.js") },
  { name: "stacks", summary: "list the stacks and their state", load: () => import("./verbs/stacks.js") },
  { name: "state", summary: "look at and edit a stack's state", load: () => import("./verbs/state.js") },
  { name: "refresh", summary: "take over what changed outside", load: () => import("./verbs/refresh.js") },
  { name: "drift", summary: "show what somebody has changed on the hosts", load: () => import("./verbs/drift.js") },
  {
    name: "adopt",
    summary: "take over claws that a machine has already",
    load: () => import("./verbs/adopt.js"),
  },
  { name: "import", summary: "take existing objects into a stack's state", load: () => import("./verbs/import.js") },
  { name: "destroy", summary: "remove a stack; data volumes are kept", load: () => import("./verbs/destroy.js") },
  { name: "purge", summary: "delete data that was kept", load: () => import("./verbs/purge.js") },
  { name: "cancel", summary: "free a stack that a dead run has locked", load: () => import("./verbs/cancel.js") },
  { name: "ci", summary: "what the workflows of GitHub Actions run", load: () => import("./verbs/ci.js") },
  { name: "doctor", summary: "find what is wrong with this machine's setup", load: () => import("./verbs/doctor.js") },
  { name: "schema", summary: "print the stack config's JSON Schema", load: () => import("./verbs/schema.js") },
  { name: "env", summary: "print what the real Pulumi CLI needs", load: () => import("./verbs/env.js") },
];
