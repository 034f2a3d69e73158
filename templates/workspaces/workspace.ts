import { readFileSync } from "node:fs";

/** The files of a workspace template, by their path in the workspace. */
export const WORKSPACES = { "pa-default": ["SOUL.md", "IDENTITY.md", "AGENTS.md"] } as const;

/** A file of a workspace template, with the agent's name in place of `{{name}}`. */
export function workspaceFile<T extends keyof typeof WORKSPACES>(
  template: T,
  file: (typeof WORKSPACES)[T][number],
  agent: { name: string },
): string {
  const text = readFileSync(new URL(`${template}/${file}`, import.meta.url), "utf8");
  return text.replaceAll("{{name}}", agent.name);
}
