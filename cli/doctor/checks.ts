import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { isStale } from "../../engine/state/lock.js";
import { readStackText } from "../../spec/check/stack-file.js";
import { type FleetSpec, isExternal } from "../../spec/fleet.js";
import { endpointsOf } from "../machines.js";
import { missingNetworks } from "../networks.js";
import { passphrase, passphraseSource } from "../passphrase.js";
import { takenPorts, usesOwnDocker } from "../preflight.js";
import { type DockerStatus, dockerStatus, imageToolsFault, statusOf } from "../setup/index.js";
import { backendOf, loadSnapshot } from "../state.js";
import { bytes } from "../table.js";
import { count, currentProject, readStack, stackNames } from "../workspace.js";

/** What a check found. `warning`: works, but somebody should know. */
export interface Finding {
  check: string;
  state: "ok" | "warning" | "wrong";
  detail: string;
  fix?: string;
}

interface Check {
  name: string;
  /** `stack`: the one that was named; otherwise all of the project are looked at. What it throws is a finding too. */
  look(stack: string | undefined): Promise<Finding[]>;
}

const run = promisify(execFile);
const GiB = 1024 ** 3;

export const checks: Check[] = [
  { name: "node", look: node },
  { name: "docker", look: docker },
  { name: "stack files", look: stackFiles },
  { name: "memory", look: memory },
  { name: "disk", look: disk },
  { name: "ports", look: ports },
  { name: "networks", look: networks },
  { name: "passphrase", look: passphraseCheck },
  { name: "state", look: state },
  { name: "git", look: git },
  { name: "pulumi", look: pulumi },
];

const ok = (check: string, detail: string): Finding => ({ check, state: "ok", detail });
const warning = (check: string, detail: string, fix?: string): Finding => ({ check, state: "warning", detail, fix });
const wrong = (check: string, detail: string, fix?: string): Finding => ({ check, state: "wrong", detail, fix });

async function node(): Promise<Finding[]> {
  // Too old a Node never comes this far: the wrapper refuses it.
  return [ok("node", `${process.version} at ${process.execPath}`)];
}

/** This computer's Docker, unless no machine is on it, and the machines elsewhere of a stack that was named. */
async function docker(stack: string | undefined): Promise<Finding[]> {
  const project = await currentProject();
  const known = (await specs(stack)).flatMap(({ spec }) => spec ?? []);
  const findings: Finding[] = [];
  if (known.length === 0 || known.some(usesOwnDocker)) findings.push(told(await dockerStatus()));
  for (const spec of stack === undefined ? [] : known.filter(isElsewhere)) {
    for (const { machine, endpoint } of await endpointsOf(project, spec)) {
      if (machine !== undefined && spec.machines[machine]!.on !== "docker")
        findings.push(told(await statusOf(endpoint, project.programDir)));
    }
  }
  const fault = findings.every(({ state }) => state === "ok") ? imageToolsFault() : undefined;
  return [...findings, ...(fault ? [warning("images", fault.detail, fault.fix)] : [])];
}

const told = ({ state, detail, fix }: DockerStatus): Finding =>
  state === "ready" ? ok("docker", detail) : wrong("docker", detail, fix);

/** Whether a stack has machines that are not this computer. Without a name of a stack none of them is called. */
const isElsewhere = (spec: FleetSpec) => Object.values(spec.machines).some(({ on }) => on !== "docker");

async function stackFiles(stack: string | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { file, faults, spec } of await specs(stack)) {
    findings.push(
      spec
        ? ok("stack files", file.shown)
        : wrong("stack files", `${count(faults)} in ${file.shown}`, `./fleet check ${file.stack}`),
    );
  }
  return findings.length > 0 ? findings : [warning("stack files", "there are none", "make stacks/Pulumi.<stack>.yaml")];
}

async function memory(stack: string | undefined): Promise<Finding[]> {
  const about = `${bytes(freemem())} free of ${bytes(totalmem())}`;
  const heavy = (await specs(stack))
    .map(({ file, spec }) => ({ name: file.stack, need: spec ? memoryOf(spec) : 0 }))
    .filter(({ need }) => need > totalmem());
  if (heavy.length === 0) return [ok("memory", about)];
  return heavy.map(({ name, need }) =>
    warning(
      "memory",
      `${about}, but the limits of ${name} add up to ${bytes(need)}`,
      "lower resources.memory of its agents, or add memory",
    ),
  );
}

const memoryOf = (spec: FleetSpec): number =>
  [...Object.values(spec.agents), ...Object.values(spec.edge).filter((edge) => !isExternal(edge))].reduce(
    (sum, entry) => sum + ("resources" in entry ? entry.resources.memory.bytes : 0),
    0,
  );

async function disk(): Promise<Finding[]> {
  const places = new Map<string, string>([
    ["state", await existing(backendOf(await currentProject()).folder)],
    ["docker", await existing("/var/lib/docker")],
  ]);
  return Promise.all(
    [...places].map(async ([what, path]) => {
      const { bavail, bsize } = await statfs(path);
      const free = Number(bavail) * Number(bsize);
      const about = `${bytes(free)} free for ${what} (${path})`;
      // An OpenClaw image with its layers, and as much while it is built.
      return free > 5 * GiB
        ? ok("disk", about)
        : wrong("disk", about, "free some space: `docker system df` shows what Docker uses");
    }),
  );
}

/** The folder itself, or the nearest one above that exists. */
async function existing(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (await stat(folder).catch(() => undefined)) return folder;
    if (folder === dirname(folder)) return folder;
  }
}

async function ports(stack: string | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  const project = await currentProject();
  for (const { file, spec } of await reachable(stack)) {
    const taken = await takenPorts(project, spec);
    if (taken.length === 0) findings.push(ok("ports", `those of ${file.stack} are free, or its own`));
    for (const text of taken) findings.push(wrong("ports", text, `stop what holds it, or change it in ${file.shown}`));
  }
  return findings;
}

async function networks(stack: string | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  const project = await currentProject();
  for (const { spec } of await reachable(stack)) {
    const missing = await missingNetworks(project, spec);
    findings.push(...missing.map(({ detail, fix }) => wrong("networks", detail, fix)));
  }
  return findings;
}

/** The stacks whose machines may be asked: what is elsewhere only of one that was named, and this computer's Docker if it answers. */
async function reachable(stack: string | undefined) {
  const isReady = (await dockerStatus()).state === "ready";
  return (await specs(stack)).flatMap(({ file, spec }) => {
    if (!spec || (stack === undefined && isElsewhere(spec)) || (usesOwnDocker(spec) && !isReady)) return [];
    return [{ file, spec }];
  });
}

async function passphraseCheck(): Promise<Finding[]> {
  const source = await passphraseSource();
  switch (source.kind) {
    case "variable":
      return [ok("passphrase", "from PULUMI_CONFIG_PASSPHRASE")];
    case "none":
      return [ok("passphrase", "none yet: the first secret, or the first up, makes one")];
    case "file-variable":
      await passphrase({ create: false });
      return [ok("passphrase", `from ${source.path}`)];
    case "own-file": {
      const { mode } = await stat(source.path);
      return (mode & 0o077) === 0
        ? [ok("passphrase", `from ${source.path}`)]
        : [wrong("passphrase", `${source.path} can be read by other users`, `chmod 600 ${source.path}`)];
    }
  }
}

async function state(stack: string | undefined): Promise<Finding[]> {
  const project = await currentProject();
  const backend = backendOf(project);
  const folder = await existing(backend.folder);
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    return [
      wrong(
        "state",
        `${folder} cannot be written`,
        "run this as its owner, or name another place in PULUMI_BACKEND_URL",
      ),
    ];
  }
  const findings = [ok("state", `${backend.url} can be written`)];
  for (const { name } of await backend.listStacks(project.name)) {
    if (stack !== undefined && name !== stack) continue;
    try {
      const snapshot = await loadSnapshot(backend, project, name);
      const pending = snapshot?.pendingOperations.length ?? 0;
      const about = `${name} has ${snapshot?.resources.length ?? 0} resources`;
      if (pending === 0) findings.push(ok("state", about));
      else
        findings.push(
          warning(
            "state",
            `${about}, and ${pending} that a killed run left in flight`,
            `./fleet up ${name} clears them up`,
          ),
        );
    } catch (error) {
      findings.push(wrong("state", (error as Error).message, (error as { fix?: string }).fix));
    }
    for (const lock of await backend.locks(project.name, name)) {
      const holder = lock.pid === undefined ? "a run" : `process ${lock.pid} on ${lock.hostname}`;
      findings.push(
        isStale(lock)
          ? warning(
              "state",
              `${name} is locked by ${holder}, which has ended`,
              "nothing: the next run takes the lock over",
            )
          : warning("state", `${name} is locked by ${holder}`, `wait for it; if it is no more, ./fleet cancel ${name}`),
      );
    }
  }
  return findings;
}

async function git(): Promise<Finding[]> {
  const { root } = await currentProject();
  const tracked = await run("git", ["ls-files", "--", "*.env", ".env*", "*passphrase*", "*.pem", "*.key", "id_*"], {
    cwd: root,
  }).then(
    ({ stdout }) => stdout.split("\n").filter((line) => line !== "" && !/\.(ts|md|example|sample)$/.test(line)),
    () => undefined,
  );
  if (tracked === undefined) return [];
  if (tracked.length === 0) return [ok("git", "no file with secrets is under version control")];
  return [
    warning(
      "git",
      `under version control, and by their names secret: ${tracked.join(", ")}`,
      "take them out (git rm --cached), ignore them, and change what they hold",
    ),
  ];
}

async function pulumi(): Promise<Finding[]> {
  try {
    const { stdout } = await run("pulumi", ["version"], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
    return [ok("pulumi", `${stdout.trim()} is on PATH, and works on the same stacks`)];
  } catch {
    return [ok("pulumi", "not on PATH, and not needed for stacks on Docker")];
  }
}

async function specs(stack: string | undefined) {
  const project = await currentProject();
  const names = stack === undefined ? await stackNames(project) : [stack];
  const files = await Promise.all(names.map((name) => readStack(project, name)));
  return files.map((file) => ({ file, ...readStackText(file.stack, file.text, project.name) }));
}
