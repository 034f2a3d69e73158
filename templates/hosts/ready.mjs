// Waits until a new host is through with its first boot: `node ready.mjs` with FLEET_READY, JSON of `seconds`, the limit of all of it, and
// perhaps `hostKeys`, the keys by which the host must prove itself. Prints JSON of `hostKeys`, those by which it is known from now on.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "../../engine/transport/error.mjs";
import { writeKnownHosts } from "../../engine/transport/known-hosts.mjs";
import { disconnectSsh } from "../../engine/transport/ssh-command.mjs";
import { sshMissing, sshName, sshOption } from "../../engine/transport/ssh-errors.mjs";
import { hostOfScript, hostReason, runOnHost } from "./remote.mjs";

/** The newest kind first: of several keys of a host the first is the one to keep. */
const WANTED = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];
/** Seconds for each connection that ssh-keyscan makes. */
const SCAN_SECONDS = 5;
const PAUSE_MILLISECONDS = 3_000;
/** Seconds between two lines that tell what is waited for. */
const TELL_SECONDS = 30;
/** Seconds in which an ssh server that answers may not know the user yet: the first boot makes it. */
const USER_SECONDS = 120;

async function main() {
  const { seconds, hostKeys } = JSON.parse(process.env.FLEET_READY);
  const host = hostOfScript();
  const wait = new Wait(sshName(host), seconds);
  const known = await connected(host, hostKeys, wait);
  await firstBoot(host, wait);
  // The first boot has put the user into Docker's group, of which a connection that is older knows nothing.
  await disconnectSsh(host, process.cwd());
  console.log(JSON.stringify({ hostKeys: known }));
}

/** How long it takes, told now and then. */
class Wait {
  #begin = Date.now();
  #told = Date.now();

  constructor(host, limit) {
    this.host = host;
    this.limit = limit;
  }

  get passed() {
    return Math.round((Date.now() - this.#begin) / 1000);
  }

  get left() {
    return Math.max(1, this.limit - this.passed);
  }

  get isOver() {
    return this.passed >= this.limit;
  }

  async pause(forWhat) {
    if (Date.now() - this.#told >= TELL_SECONDS * 1000) {
      this.#told = Date.now();
      console.error(`${this.host}: waiting for ${forWhat}, ${this.passed} s of ${this.limit}`);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

/** Gives the keys of the host, once a user has logged in to who has them. */
async function connected(host, pinned, wait) {
  let last;
  let answered;
  for (;;) {
    const keys = await scan(host);
    if (keys.length > 0) {
      answered ??= wait.passed;
      const known = pinned ? proven(keys, pinned, host) : keys.slice(0, 1);
      trust(host, known);
      try {
        await runOnHost("true", { timeoutSeconds: 30 });
        return known;
      } catch (error) {
        if (/takes none of this user's/.test(error.message) && wait.passed - answered >= USER_SECONDS) throw error;
        // The first boot makes the host's keys as well: one that was seen before is of no use.
        last = error;
      }
    }
    if (wait.isOver) {
      throw new TransportError(
        `${wait.host} could not be logged in to within ${wait.limit} s${last ? `: ${last.message}` : ": no ssh server answers"}`,
        last?.fix ??
          "look at the host's console (at DigitalOcean: the droplet's page, Access, Recovery Console), and run this again",
      );
    }
    await wait.pause(answered === undefined ? "its ssh server" : "a login");
  }
}

function proven(keys, pinned, { host }) {
  const known = pinned.filter((key) => keys.includes(key));
  if (known.length > 0) return known;
  throw new TransportError(
    `${host} does not have the host key that the stack file gives: it shows ${keys[0]}`,
    "compare it with what the host's console says (cat /etc/ssh/ssh_host_*.pub); a rebuilt host has new keys: change hostKey, or leave it out",
  );
}

function trust({ options, host }, keys) {
  const alias = sshOption(options, "HostKeyAlias") ?? host;
  const file = sshOption(options, "UserKnownHostsFile");
  const lines = keys.map((key) => `${alias} ${key}`);
  writeKnownHosts(file, lines);
}

/** The public keys that the host shows, newest kind first; none while it does not answer. */
async function scan({ host, port = 22 }) {
  const child = spawn(
    "ssh-keyscan",
    ["-T", String(SCAN_SECONDS), "-p", String(port), "-t", "ed25519,ecdsa,rsa", host],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const failed = new Promise((_, fail) => child.once("error", (error) => fail(sshMissing(error))));
  const said = await Promise.race([text(child.stdout), failed]);
  const keys = said
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ").slice(1).join(" "));
  const rank = (key) => WANTED.indexOf(key.split(" ", 1)[0]);
  return keys.filter((key) => rank(key) >= 0).sort((a, b) => rank(a) - rank(b));
}

/** cloud-init is through, as far as the host has one. */
async function firstBoot(host, wait) {
  for (;;) {
    try {
      const { code, stdout, stderr } = await runOnHost("cloud-init status --wait --long", {
        timeoutSeconds: wait.left,
      });
      switch (code) {
        case 0:
          return;
        case 2:
          // Through, with something that it got over by itself.
          console.error(`${wait.host}: cloud-init is through with warnings:\n${detail(stdout)}`);
          return;
        case 127:
          console.error(`${wait.host} has no cloud-init: there is no first boot to wait for`);
          return;
        default:
          throw new Error(
            `the first boot of ${wait.host} failed:\n${detail(stdout) || stderr.trim()}\n  ${lookAt(host)}`,
          );
      }
    } catch (error) {
      // It may restart once on its way.
      if (error.code !== "ESSH" && error.code !== "ELATE") throw error;
      if (error.code === "ELATE" || wait.isOver) {
        throw new TransportError(
          `the first boot of ${wait.host} was not through within ${wait.limit} s${error.code === "ESSH" ? `: ${error.message}` : ""}`,
          lookAt(host),
        );
      }
      await wait.pause("its first boot");
    }
  }
}

/** Without the dots by which it shows that it waits. */
const detail = (said) => said.replace(/^\.+\n?/, "").trim();

const lookAt = ({ user, host, port }) =>
  `see \`ssh ${port && port !== 22 ? `-p ${port} ` : ""}${user ? `${user}@` : ""}${host} cloud-init status --long\`, and /var/log/cloud-init-output.log there`;

main().catch((error) => {
  console.error(`Host not ready: ${hostReason(error)}`);
  process.exitCode = 1;
});
