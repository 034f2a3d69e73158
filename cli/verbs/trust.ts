import type { Command } from "commander";
import type { Project } from "../../engine/project/project.js";
import { readStackText } from "../../spec/check/stack-file.js";
import { isMissingHostKey, type LocatedFault, readDockerAddress, readHostKey } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { fingerprint, kindOf, scanHostKeys } from "../host-keys.js";
import { confirm } from "../prompt.js";
import { sectionOf, sectionPath, writeStack } from "../stack-edit.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { count, currentProject, printFaults, readStack, type StackFile } from "../workspace.js";
import { setValue } from "../yaml-edit.js";

interface TrustOptions {
  fingerprint?: string;
  yes?: boolean;
}

export function define(command: Command): void {
  command
    .summary("write the key that a machine is known by into a stack file")
    .description(
      "Asks a machine that is reached by ssh for its host key, shows it, and writes it into the stack file as the only one that is taken.",
    )
    .argument("<stack>")
    .argument("<machine>", "an entry of fleet:machines with docker: ssh://…")
    .option("--fingerprint <SHA256:…>", "the key's fingerprint, from the host itself: no other key is taken")
    .option("-y, --yes", "do not ask; a key that has changed needs --fingerprint with it");
  action(command, trust);
}

async function trust(stack: string, machine: string, options: TrustOptions): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  await refuseFaults(project, file, file.text, machine);
  const entry = entryOf(project, file, machine);
  const { host, port } = addressOf(file, machine, entry);
  const known = [entry.hostKey].flat().flatMap((key) => (typeof key === "string" ? (readHostKey(key) ?? []) : []));

  const found = choose(await scanHostKeys(host, port), options, `${host}:${port}`);
  if (known.includes(found)) {
    process.stdout.write(`${machine} (${host}:${port}) is known by ${shown(found)} already; nothing was written.\n`);
    return 0;
  }
  await agree(machine, `${host}:${port}`, found, known, options);
  const text = setValue(file.text, [...sectionPath(project, file, "machines"), machine, "hostKey"], found);
  await refuseFaults(project, file, text);
  await writeStack(file, text);
  process.stdout.write(`${file.shown}: ${machine} is known by ${shown(found)} from now on.\n`);
  return 0;
}

const shown = (key: string) => `the ${kindOf(key)} key ${fingerprint(key)}`;

/** A file whose only faults are missing host keys is what this verb is for; what is wrong with that of `machine`, it mends. */
async function refuseFaults(project: Project, file: StackFile, text: string, machine?: string): Promise<void> {
  const { faults } = readStackText(file.stack, text, project.name);
  const isItsKey = ({ path }: LocatedFault) => path[2] === machine && path[3] === "hostKey";
  const others = faults.filter((fault) => fault.severity === "error" && !isMissingHostKey(fault) && !isItsKey(fault));
  if (others.length === 0) return;
  await printFaults(file.shown, others);
  throw new FleetError(`${file.shown} has ${count(others)}; nothing was written`, "mend it first");
}

function entryOf(project: Project, file: StackFile, machine: string): Record<string, unknown> {
  const machines = sectionOf(project, file, "machines");
  if (Object.hasOwn(machines, machine)) return machines[machine] as Record<string, unknown>;
  const names = Object.keys(machines);
  throw new FleetError(
    `${file.shown} has no machine "${machine}"${suggestion(machine, names)}`,
    names.length > 0 ? `its machines are ${names.join(", ")}` : undefined,
  );
}

function addressOf(file: StackFile, machine: string, entry: Record<string, unknown>): { host: string; port: number } {
  const address = typeof entry.docker === "string" ? readDockerAddress(entry.docker) : undefined;
  if (address?.by === "ssh") return address;
  throw new FleetError(
    `the machine ${machine} in ${file.shown} is not reached by ssh, and has no host key`,
    "host keys belong to machines with on: existing and docker: ssh://<user>@<host>",
  );
}

/** The key to trust: the one of the fingerprint, else the newest kind. */
function choose(keys: string[], { fingerprint: wanted }: TrustOptions, where: string): string {
  if (wanted === undefined) return keys[0]!;
  const found = keys.find((key) => fingerprint(key) === wanted.replace(/=+$/, ""));
  if (found !== undefined) return found;
  throw new FleetError(
    `${where} has no key ${wanted}, but ${keys.map((key) => `${kindOf(key)} ${fingerprint(key)}`).join(", ")}; nothing was written`,
    "if the fingerprint is right, another host answers at that address: do not trust it",
    1,
  );
}

/** A key that has changed is what an impostor would show: only who says that he has compared it replaces the known one. */
async function agree(
  machine: string,
  where: string,
  found: string,
  known: string[],
  { fingerprint: given, yes }: TrustOptions,
): Promise<void> {
  const isChanged = known.length > 0;
  if (isChanged) {
    process.stderr.write(
      `CHANGED: ${machine} (${where}) is known by ${known.map(shown).join(", ")},\n         and shows ${shown(found)} now.\n`,
    );
  } else {
    process.stderr.write(`${machine} (${where}) shows ${shown(found)}.\n`);
  }
  process.stderr.write(`Compare it with what the host itself says: ${ON_THE_HOST}\n`);
  if (given !== undefined && (yes || !isChanged)) return;
  if (isChanged && yes) {
    throw new FleetError(
      "the host key has changed, and --yes alone does not replace one that is known; nothing was written",
      "give the fingerprint too: --fingerprint SHA256:…, as the host itself says it",
      1,
    );
  }
  if (!isChanged && yes) return;
  if (!(await confirm(isChanged ? `Trust the new key of ${machine} instead?` : `Trust ${machine}?`, "trust"))) {
    throw new FleetError("nothing was written", undefined, 1);
  }
}

const ON_THE_HOST = "for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done";
