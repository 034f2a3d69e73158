import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Project } from "../engine/project/project.js";
import type { Backend } from "../engine/state/backend.js";
import type { ResourceState } from "../engine/state/types.js";
import { FleetError } from "./errors.js";
import { pinHostKeys } from "./machines.js";
import { loadSnapshot, plainValue } from "./state.js";

/** The script by which files get onto hosts. */
const SCRIPT = "hosts/put.mjs";

/** One file, folder or service on a host that is otherwise than it was delivered. */
export interface Difference {
  machine: string;
  /** The entry that it was delivered for. */
  entry: string;
  /** A path, or a word for what is no file: `ufw`. */
  path: string;
  /** JSON paths in it, and what else of it differs; never a value. */
  details: string[];
}

export interface Drift {
  differences: Difference[];
  /** Machines that could not be looked at, and why. */
  failures: { machine: string; message: string }[];
  /** How many deliveries were looked at. */
  deliveries: number;
}

/** The deliveries to one host: one session of ssh is enough for all of them. */
interface Host {
  machine: string;
  command: string;
  /** Where it runs. */
  folder: string;
  environment: Record<string, string>;
  bundles: { owner: { stack: string; entry: string } }[];
}

interface Place {
  project: Project;
  stack: string;
  backend: Backend;
}

/**
 * Looks at what a stack has put on its hosts: what somebody has changed there since. A command has no read, so that no refresh finds it.
 * Needs the passphrase where there is something to look at.
 */
export async function findDrift(place: Place): Promise<Drift> {
  const hosts = await hostsOf(place);
  const looked = await Promise.all(hosts.map(look));
  return {
    differences: looked.flatMap(({ differences }) => differences),
    failures: looked.flatMap(({ failure }) => failure ?? []),
    deliveries: hosts.reduce((sum, { bundles }) => sum + bundles.length, 0),
  };
}

/**
 * Delivers again what differs. Gives what was done, in lines.
 *
 * @throws FleetError that names every machine on which it failed
 */
export async function putBack(place: Place, { differences }: Pick<Drift, "differences">): Promise<string[]> {
  const entries = new Set(differences.map(({ machine, entry }) => `${machine}/${entry}`));
  const hosts = (await hostsOf(place))
    .map((host) => ({
      ...host,
      bundles: host.bundles.filter(({ owner }) => entries.has(`${host.machine}/${owner.entry}`)),
    }))
    .filter(({ bundles }) => bundles.length > 0);
  const results = await Promise.all(hosts.map(async (host) => ({ host, ...(await run(host)) })));
  const failed = results.filter(({ code }) => code !== 0);
  if (failed.length > 0) {
    const reasons = failed.map(({ host, stderr }) => `${host.machine}: ${reason(stderr)}`);
    throw new FleetError(`what was changed on hosts could not be put back\n  ${reasons.join("\n  ")}`, undefined, 1);
  }
  return results.flatMap(({ host, stdout }) =>
    stdout
      .trim()
      .split("\n")
      .filter((line) => line !== "unchanged")
      .map((line) => `${host.machine}  ${line}`),
  );
}

/** A difference as it is shown: `server  server-baseline  /etc/x.json  gateway.port`. */
export const shownDifference = ({ machine, entry, path, details }: Difference): string[] => [
  machine,
  entry,
  path,
  details.join(", ") || "differs",
];

async function hostsOf({ project, stack, backend }: Place): Promise<Host[]> {
  // Most stacks put nothing on hosts: for them no secret is opened.
  const stored = await backend.load(project.name, stack);
  if (!stored?.text.includes(SCRIPT)) return [];
  const snapshot = await loadSnapshot(backend, project, stack, { showSecrets: true });
  await pinHostKeys(project, stack, backend);
  const hosts = new Map<string, Host>();
  for (const resource of (snapshot?.resources ?? []).filter(isDelivery)) {
    const inputs = plainValue(resource.inputs, true) as Record<string, unknown>;
    const { create, stdin } = inputs as { create: string; stdin: string };
    const environment = (inputs.environment ?? {}) as Record<string, string>;
    const key = JSON.stringify([create, environment]);
    const machine = machineOf(environment);
    const made: Host = { machine, command: create, folder: project.programDir, environment, bundles: [] };
    const host = hosts.get(key) ?? made;
    host.bundles.push(JSON.parse(stdin));
    hosts.set(key, host);
  }
  return [...hosts.values()];
}

const isDelivery = ({ type, inputs, delete: isGone }: ResourceState): boolean =>
  type === "command:local:Command" && !isGone && typeof inputs.create === "string" && inputs.create.includes(SCRIPT);

/** The machine's name, by which ssh knows the host; its address where the stack gives it none. */
function machineOf({ FLEET_HOST = "", FLEET_SSH_OPTIONS = "[]" }: Record<string, string>): string {
  const options = JSON.parse(FLEET_SSH_OPTIONS) as string[];
  const alias = options.find((option) => option.startsWith("HostKeyAlias="));
  return alias?.slice("HostKeyAlias=".length) ?? FLEET_HOST;
}

async function look(
  host: Host,
): Promise<{ differences: Difference[]; failure?: { machine: string; message: string } }> {
  const { machine } = host;
  const { code, stdout, stderr } = await run(host, { FLEET_CHECK: "json" });
  if (code !== 0) return { differences: [], failure: { machine, message: reason(stderr) } };
  const answers = JSON.parse(stdout) as { owner: { entry: string }; done: { path: string; details: string[] }[] }[];
  return {
    differences: answers.flatMap(({ owner, done }) =>
      done.map(({ path, details }) => ({ machine, entry: owner.entry, path, details })),
    ),
  };
}

/** Runs the delivery's own command, as the engine does. */
async function run({ command, folder, environment, bundles }: Host, more: Record<string, string> = {}) {
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: folder,
    env: { ...process.env, ...environment, ...more },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(bundles));
  const ended = new Promise<number | null>((done, fail) => child.once("error", fail).once("exit", done));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

const reason = (stderr: string) => stderr.trim().replace(/^Files not delivered: /, "") || "it ended without a word";
