import { isMap, parseDocument } from "yaml";
import type { Project } from "../engine/project/project.js";
import { PassphraseSecrets } from "../engine/secrets/passphrase.js";
import { FleetError } from "./errors.js";
import { passphrase } from "./passphrase.js";
import { sectionPath } from "./stack-edit.js";
import type { StackFile } from "./workspace.js";
import { setValue } from "./yaml-edit.js";

/** Puts secrets into a stack file's text, encrypted with the stack's passphrase. */
export class SecretWriter {
  private constructor(
    private readonly project: Project,
    private readonly file: StackFile,
    private readonly secrets: PassphraseSecrets,
    private readonly isNew: boolean,
  ) {}

  /** Refuses a file whose secrets others encrypt, before anybody is asked for a value. */
  static refuseOthers(file: StackFile): void {
    saltOf(file);
  }

  /** Needs the passphrase; a stack without secrets gets one. Throws FleetError for a file whose secrets others encrypt. */
  static async open(project: Project, file: StackFile): Promise<SecretWriter> {
    const salt = saltOf(file);
    const phrase = await passphrase({ create: salt === undefined });
    const secrets =
      salt === undefined ? await PassphraseSecrets.create(phrase) : await PassphraseSecrets.open(salt, phrase);
    return new SecretWriter(project, file, secrets, salt === undefined);
  }

  /** The file's text, or one that it was edited to, with a secret in it. */
  set(text: string, name: string, value: string): string {
    const path = [...sectionPath(this.project, this.file, "secrets"), name];
    const edited = setValue(text, path, { secure: this.secrets.encrypt(value) });
    return this.isNew ? setValue(edited, ["encryptionsalt"], this.secrets.saltLine) : edited;
  }
}

/** The stack's salt line; undefined for a file without one. Refuses what is encrypted by other means. */
function saltOf(file: StackFile): string | undefined {
  const document = parseDocument(file.text);
  if (document.errors.length > 0) {
    const { line, col } = document.errors[0]!.linePos?.[0] ?? { line: 1, col: 1 };
    throw new FleetError(
      `${file.shown}:${line}:${col}: not valid YAML; nothing was written`,
      `mend it first: \`./fleet check ${file.stack}\` says what is wrong`,
    );
  }
  const root = isMap(document.contents) ? document.contents : undefined;
  const provider = root?.get("secretsprovider") as unknown;
  if (provider !== undefined && provider !== "passphrase" && provider !== "default") {
    throw new FleetError(
      `${file.shown}: secrets of this stack are encrypted by ${String(provider)}, which only the real Pulumi CLI can do`,
      `use \`pulumi config set --secret --path 'fleet:secrets.<name>' -s ${file.stack}\``,
    );
  }
  const salt = root?.get("encryptionsalt") as unknown;
  return typeof salt === "string" && salt !== "" ? salt : undefined;
}
