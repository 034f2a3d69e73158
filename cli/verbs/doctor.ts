import type { Command } from "commander";
import pc from "picocolors";
import { checks, type Finding } from "../doctor/checks.js";
import { action } from "../verb.js";

export function define(command: Command): void {
  command
    .summary("find what is wrong with this machine's setup")
    .description(
      "Looks at everything that agent-fleet needs here, and says how to mend what is wrong. Changes nothing.",
    )
    .argument("[stack]", "look at this stack's ports and state too")
    .option("--json", "print it as JSON");
  action(command, doctor);
}

const SIGNS = { ok: pc.green("ok"), warning: pc.yellow("note"), wrong: pc.red("wrong") };

async function doctor(stack: string | undefined, { json }: { json?: boolean }): Promise<number> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    const found = await look(stack).catch((error: Error): Finding[] => [
      { check: name, state: "wrong", detail: error.message, fix: (error as { fix?: string }).fix },
    ]);
    findings.push(...found);
    if (!json) for (const finding of found) print(finding);
  }
  const wrong = findings.filter(({ state }) => state === "wrong").length;
  if (json) process.stdout.write(`${JSON.stringify({ ok: wrong === 0, findings }, undefined, 2)}\n`);
  else
    process.stdout.write(
      wrong === 0 ? "\nAll is well.\n" : `\n${wrong === 1 ? "1 thing is" : `${wrong} things are`} wrong.\n`,
    );
  return wrong === 0 ? 0 : 1;
}

function print({ check, state, detail, fix }: Finding): void {
  const pad = " ".repeat(6 - { ok: 2, warning: 4, wrong: 5 }[state]);
  process.stdout.write(`${SIGNS[state]}${pad}${check}: ${detail}\n`);
  if (fix && state !== "ok") process.stdout.write(`      fix: ${fix}\n`);
}
