import type { EngineEvent } from "../events.js";

/** Shorter secrets would mask half of every line; they are too short to be secrets. */
const SHORTEST = 4;

/**
 * Keeps the config's secrets out of what is told: a program that prints one, or a provider that names one in an error. Values in
 * states need no masking, they are marked as secrets.
 */
export class Masking {
  readonly #secrets = new Set<string>();

  /** A value that must not be told, as it is or as JSON has it. */
  add(secret: string): void {
    for (const text of [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64")])
      if (text.trim().length >= SHORTEST) this.#secrets.add(text);
  }

  text(text: string): string {
    let result = text;
    for (const secret of this.#secrets) if (result.includes(secret)) result = result.replaceAll(secret, "[secret]");
    return result;
  }

  event(event: EngineEvent): EngineEvent {
    if (this.#secrets.size === 0) return event;
    switch (event.kind) {
      case "output":
        return { ...event, line: this.text(event.line) };
      case "diagnostic":
      case "policy-violation":
      case "progress":
        return { ...event, message: this.text(event.message) };
      case "step-failed":
        return { ...event, error: this.text(event.error) };
      default:
        return event;
    }
  }
}
