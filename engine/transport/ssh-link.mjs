import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sshError, sshMissing, sshOption, sshTimeout } from "./ssh-errors.mjs";

/** Milliseconds for all that has no limit of ssh's own: logging in, above all. */
const LOGIN_LIMIT = 10_000;
/** Milliseconds for the answer of the process on this computer that holds the shared connection. */
const CHECK_LIMIT = 5_000;
const POLL = 100;
/** Milliseconds after which nobody can still be connecting. */
const LOCK_LIMIT = 300_000;
/** As the docker command does where nothing else is said. */
const CONNECT_SECONDS = 30;
const NO_SECRETS = ["PULUMI_CONFIG_PASSPHRASE", "FLEET_DOCKER_TLS"];

/**
 * The way to one host: starts the `ssh` processes that speak to its daemon or run commands there. Where the options name a control
 * socket, all of them, of other processes too, share one connection: the first one is made alone, so that those that begin at once do
 * not each make their own.
 */
export class SshLink {
  #target;
  #folder;
  #arguments;
  /** Milliseconds until there must be a connection. */
  #limit;
  /** Processes of this object that are connected. */
  #dialled = new Set();
  /** Those that connect or ask. */
  #helpers = new Set();
  #ready;
  #closed = false;

  /** @param folder where ssh runs: the relative paths of its options begin there */
  constructor(target, folder) {
    this.#target = target;
    this.#folder = folder;
    const { options, user, port, host } = target;
    const seconds = Number(sshOption(options, "ConnectTimeout") ?? CONNECT_SECONDS);
    const attempts = Number(sshOption(options, "ConnectionAttempts") ?? 1);
    this.#limit = seconds * attempts * 1000 + LOGIN_LIMIT;
    this.#arguments = (...own) => [
      ...options,
      ...(sshOption(options, "ConnectTimeout") === undefined ? ["-o", `ConnectTimeout=${seconds}`] : []),
      "-T",
      ...(user ? ["-l", user] : []),
      ...(port ? ["-p", String(port)] : []),
      ...own,
      "--",
      host,
    ];
  }

  /** Resolves when there is a connection to share, or none is shared. @throws TransportError */
  async ready() {
    if (this.#dialled.size > 0 || !this.#isShared) return;
    this.#ready ??= this.#connect().finally(() => {
      this.#ready = undefined;
    });
    await this.#ready;
  }

  /** A process that speaks to the daemon by its standard streams. */
  dial() {
    const { socket } = this.#target;
    const command = ["docker", ...(socket ? ["--host", `unix://${socket}`] : []), "system", "dial-stdio"];
    return this.start(command.map(quoted).join(" "));
  }

  /** A process that runs a command of the host's shell. */
  start(command) {
    const child = this.#spawn([...this.#arguments(), command], ["pipe", "pipe", "pipe"]);
    this.#dialled.add(child);
    child.once("exit", () => this.#dialled.delete(child));
    child.once("error", () => this.#dialled.delete(child));
    return child;
  }

  /**
   * Why a process of {@link start} ended.
   *
   * @param probe what a person would run there to see it; Docker's, where nothing else is said
   */
  failure(said, code, probe) {
    return sshError(this.#target, said, code, probe);
  }

  /** Ends all processes. The shared connection stays for others, until nobody has used it for a while. */
  close() {
    this.#closed = true;
    for (const child of [...this.#helpers, ...this.#dialled]) child.kill("SIGKILL");
  }

  get #isShared() {
    const path = sshOption(this.#target.options, "ControlPath");
    return path !== undefined && path !== "none";
  }

  async #connect() {
    const end = Date.now() + this.#limit;
    const lock = this.#lockFile();
    let isHeld = false;
    while (!(await this.#isConnected())) {
      isHeld = takeLock(lock);
      // Another process connects. One that takes too long is not waited for any longer.
      if (!isHeld && Date.now() < end) {
        await sleep(POLL);
        continue;
      }
      await this.#first().finally(() => isHeld && rmSync(lock, { force: true }));
      return;
    }
  }

  /** Makes the connection, which stays in the background for those that follow. */
  async #first() {
    const { code, said, isLate } = await this.#run([...this.#arguments(), "true"], this.#limit);
    if (isLate) throw sshTimeout(this.#target, this.#limit / 1000);
    // 255 is ssh's own; anything else is the host's, where some other command may be all that is allowed.
    if (code === 255 || code === null) throw sshError(this.#target, said, code);
  }

  async #isConnected() {
    return (await this.#run(this.#arguments("-O", "check"), CHECK_LIMIT)).code === 0;
  }

  /** One for each host, user and port, beside the control socket. */
  #lockFile() {
    const folder = dirname(resolve(this.#folder, sshOption(this.#target.options, "ControlPath")));
    const { user, host, port } = this.#target;
    const name = createHash("sha256")
      .update(JSON.stringify([user, host, port]))
      .digest("hex")
      .slice(0, 16);
    return join(folder, `connecting-${name}`);
  }

  #run(args, limit) {
    return new Promise((done, fail) => {
      const child = this.#spawn(args, ["ignore", "ignore", "pipe"]);
      this.#helpers.add(child);
      let said = "";
      let isLate = false;
      child.stderr.setEncoding("utf8").on("data", (text) => {
        said = (said + text).slice(-8192);
      });
      const timer = setTimeout(() => {
        isLate = true;
        child.kill("SIGKILL");
      }, limit);
      child.once("error", (error) => {
        clearTimeout(timer);
        this.#helpers.delete(child);
        fail(sshMissing(error));
      });
      // Not "close": the connection that stays in the background may hold standard error open.
      child.once("exit", (code) => {
        clearTimeout(timer);
        this.#helpers.delete(child);
        // What it said last may still be on its way.
        setTimeout(() => {
          child.stderr.destroy();
          done({ code, said, isLate });
        }, 20);
      });
    });
  }

  #spawn(args, stdio) {
    if (this.#closed) throw sshError(this.#target, "closed", null);
    const env = { ...process.env };
    for (const name of NO_SECRETS) delete env[name];
    // A session of its own, so that a Ctrl-C at the terminal does not cut the connection: who uses it decides.
    return spawn("ssh", args, { cwd: this.#folder, env, stdio, detached: true });
  }
}

/** The host's shell reads the command. */
const quoted = (word) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Takes a lock that a process holds while it connects. False if another one has it that is still there. */
function takeLock(path) {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      // A folder that cannot be written has no control socket either: ssh says so.
      if (error.code !== "EEXIST") return true;
    }
    if (!isStale(path)) return false;
    rmSync(path, { force: true });
  }
}

function isStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > LOCK_LIMIT) return true;
    const pid = Number(readFileSync(path, "utf8"));
    // Just made, and not written yet.
    if (pid === 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
