import { once } from "node:events";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "./error.mjs";
import { sshMissing } from "./ssh-errors.mjs";

/** Milliseconds that an ssh process gets to end by itself when its connection is given up. */
const GRACE = 2_000;
/** Milliseconds that its end may come behind the end of what it says. */
const LINGER = 2_000;
/** Milliseconds in which what it said last is read. */
const LAST_WORDS = 50;

/** A connection to the daemon of a host, through an `ssh` process: to Node's HTTP client a socket like others. */
export class SshSocket extends Duplex {
  #link;
  #child;
  /** What was written before the process is there. */
  #waiting;
  #said = "";
  #hasRead = false;
  #isRefed = true;
  #idle;
  #idleLimit = 0;

  constructor(link) {
    super({ allowHalfOpen: false });
    this.#link = link;
    this.#open().catch((error) => this.destroy(error));
  }

  async #open() {
    await this.#link.ready();
    if (this.destroyed) return;
    const child = this.#link.dial();
    this.#child = child;
    if (!this.#isRefed) this.unref();
    child.once("error", (error) => this.destroy(sshMissing(error)));
    // That it is gone is told by its exit.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#said = (this.#said + text).slice(-8192);
    });
    child.stdout.on("data", (chunk) => {
      this.#hasRead = true;
      this.#touch();
      if (!this.push(chunk)) child.stdout.pause();
    });
    Promise.all([once(child, "exit"), closed(child.stdout)]).then(
      ([[code]]) => this.#end(code),
      () => {},
    );
    // A process that closes its output and stays is of no use any more.
    child.stdout.once("end", () => setTimeout(() => child.kill("SIGKILL"), LINGER).unref());
    this.#waiting?.();
    this.#waiting = undefined;
  }

  async #end(code) {
    if (code === 0) {
      if (!this.destroyed) this.push(null);
      return;
    }
    // A shared connection that it left in the background may hold standard error open.
    await Promise.race([closed(this.#child.stderr), sleep(LAST_WORDS)]);
    if (this.destroyed) return;
    const failure = this.#link.failure(this.#said, code);
    // What was at work is cut off: whoever can ask again does.
    this.destroy(this.#hasRead ? new TransportError(failure.message, failure.fix, "ECONNRESET") : failure);
  }

  _read() {
    this.#child?.stdout.resume();
  }

  _write(chunk, _encoding, done) {
    this.#touch();
    this.#whenOpen(() => this.#child.stdin.write(chunk, () => done()));
  }

  _final(done) {
    this.#whenOpen(() => this.#child.stdin.end(() => done()));
  }

  #whenOpen(act) {
    if (this.#child) act();
    else this.#waiting = act;
  }

  _destroy(error, done) {
    clearTimeout(this.#idle);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), GRACE).unref();
    }
    done(error);
  }

  // ---- what the HTTP client wants of a socket

  /** Milliseconds without anything said or heard until "timeout"; 0: never. */
  setTimeout(milliseconds, listener) {
    this.#idleLimit = milliseconds;
    if (listener) this.once("timeout", listener);
    this.#touch();
    return this;
  }

  #touch() {
    clearTimeout(this.#idle);
    if (this.#idleLimit > 0) this.#idle = setTimeout(() => this.emit("timeout"), this.#idleLimit).unref();
  }

  setKeepAlive() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  ref() {
    return this.#hold(true);
  }

  /** An idle connection is no reason for the process to stay. */
  unref() {
    return this.#hold(false);
  }

  #hold(isRefed) {
    this.#isRefed = isRefed;
    const child = this.#child;
    const word = isRefed ? "ref" : "unref";
    for (const handle of child ? [child, child.stdin, child.stdout, child.stderr] : []) handle[word]?.();
    return this;
  }
}

const closed = (stream) => (stream.closed ? undefined : new Promise((done) => stream.once("close", done)));
