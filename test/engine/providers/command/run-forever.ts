import { CommandProvider } from "../../../../engine/providers/command/index.js";

/** A stand-in for an engine in the middle of a command: `run-forever.ts <folder> <command>`. */
const [folder, create] = process.argv.slice(2);
await new CommandProvider({ folder: folder! }).create({
  urn: "urn:pulumi:dev::misc::command:local:Command::cmd",
  type: "command:local:Command",
  inputs: { create: create! },
  preview: false,
});
