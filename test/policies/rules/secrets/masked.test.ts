import { expect, it } from "vitest";
import { judge } from "../../../../policies/judge.js";
import type { ResourceRule } from "../../../../policies/rule.js";
import { rule as inContainer } from "../../../../policies/rules/secrets/secret-not-in-container.js";
import { rule as inImage } from "../../../../policies/rules/secrets/secret-not-in-image.js";
import { rule as inUserData } from "../../../../policies/rules/secrets/secret-not-in-user-data.js";
import { rule as onCommandLine } from "../../../../policies/rules/secrets/secret-not-on-command-line.js";
import { type Sample, subjectOf } from "../../samples.js";
import { MADE_UP } from "./_made-up.js";

/** The same text wherever a rule looks for secrets. */
const samplesOf = (text: string): [ResourceRule, Sample][] => [
  [inContainer, { name: "variable", props: { envs: [`ODD=${text}`] } }],
  [inContainer, { name: "label", props: { labels: [{ label: "odd", value: text }] } }],
  [inContainer, { name: "option", props: { command: ["serve", "--odd-token", text] } }],
  [inContainer, { name: "word", props: { command: [text] } }],
  [inImage, { name: "argument", props: { build: { buildArgs: { ODD: text } } } }],
  [inUserData, { name: "user data", props: { userData: `#!/bin/sh\nserve ${text}\n` } }],
  [inUserData, { name: "metadata", type: "gcp:compute/instance:Instance", props: { metadata: { odd: text } } }],
  [onCommandLine, { name: "command", props: { create: `serve ${text}` } }],
];

it.each(Object.entries(MADE_UP))("finds %s wherever it stands, and never repeats it", (_kind, secret) => {
  for (const [rule, sample] of samplesOf(secret)) {
    const found = judge(rule, subjectOf(sample, sample.type ?? rule.types[0]!));
    const place = `${rule.id}: ${sample.name}`;
    expect(found, place).toEqual([expect.objectContaining({ breach: expect.any(String) })]);
    const said = JSON.stringify(found);
    for (const part of secret.split(/[\s:@]+/).filter((part) => part.length > 6 && !/^(postgres|https)$/.test(part))) {
      expect(said, place).not.toContain(part);
    }
  }
});
