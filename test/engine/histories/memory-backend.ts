import type { Backend, HistoryEntry, LoadedCheckpoint, StackSummary } from "../../../engine/state/backend.js";
import type { Lock, LockInfo } from "../../../engine/state/lock.js";
import type { Life } from "./life.js";

/** What is on the disk of a history: it outlives the processes that write it. */
export class Disk {
  /** The checkpoint. */
  text: string | undefined;
  locked = false;
  /** Everything that was written during the present run, history files too. */
  readonly written: string[] = [];
  /** Told of each checkpoint as it reaches the disk. */
  onWrite: (text: string) => void = () => {};
}

/** The backend as one process sees it. Of a dead process nothing reaches the disk. */
export class MemoryBackend implements Backend {
  readonly url = "memory://";
  readonly folder = "/memory";

  constructor(
    private readonly disk: Disk,
    private readonly life: Life,
  ) {}

  async load(): Promise<LoadedCheckpoint | undefined> {
    await this.life.pause();
    const { text } = this.disk;
    return text === undefined ? undefined : { text, path: "memory" };
  }

  async write(_project: string, _stack: string, text: string): Promise<void> {
    await this.life.point("before write");
    this.life.disk();
    this.disk.text = text;
    this.disk.written.push(text);
    this.disk.onWrite(text);
    await this.life.point("after write");
  }

  async lock(): Promise<Lock> {
    if (this.disk.locked) throw new Error("the stack is locked: the run before did not release it");
    this.disk.locked = true;
    const release = async () => {
      await this.life.pause();
      this.disk.locked = false;
    };
    return { info: { path: "memory" }, takenOver: [], release };
  }

  async writeHistory(entry: HistoryEntry, checkpointText: string): Promise<void> {
    await this.life.pause();
    this.disk.written.push(JSON.stringify(entry), checkpointText);
  }

  listStacks = (): Promise<StackSummary[]> => notHere();
  locks = (): Promise<LockInfo[]> => notHere();
  cancel = (): Promise<LockInfo[]> => notHere();
  backup = (): Promise<string | undefined> => notHere();
  removeStack = (): Promise<void> => notHere();
}

function notHere(): never {
  throw new Error("a run does not ask the backend for this");
}
