import { writeFile } from "node:fs/promises";
import { FleetError } from "./errors.js";

/** Writes a file that an option names. Throws FleetError if it cannot be written. */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FleetError(
      `cannot write ${file}: ${code}`,
      "name a file in a folder that is there and that you may write to",
    );
  }
}
