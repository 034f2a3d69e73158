import assert from "node:assert/strict";
import { conformance } from "./conformance.js";
import { pack, rule } from "./policy-pack.js";
import type { LoggedEvent } from "./types.js";

const area = "display" as const;
const MARKED = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

/** The one event of an object that matches. */
function find(log: LoggedEvent[], kind: string, op: string, name: string): LoggedEvent {
  const found = log.filter((line) => line[kind]?.metadata.op === op && line[kind].metadata.urn.endsWith(`::${name}`));
  assert.equal(found.length, 1, `${kind} ${op} ${name}`);
  return (found[0] as LoggedEvent)[kind];
}

conformance({
  name: "event-log",
  area,
  semantic:
    "The event log tells each step before and after it is done, with both states, what differs and what forces it, secrets marked.",
  config: "color: blue",
  steps: [
    {
      run: "up",
      program: `new Thing("a", { zone: "x", token: pulumi.secret("s3cr3t-t0ken") }); new Group("g", () => ({ made: 1 })); console.log("hello");`,
      expect: {
        nowhere: /s3cr3t-t0ken/,
        check: ({ log }) => {
          assert.deepEqual(log.find((line) => line.preludeEvent)?.preludeEvent, { config: { "test:color": "blue" } });
          const before = find(log, "resourcePreEvent", "create", "a");
          assert.equal(before.planning, undefined);
          assert.equal(before.metadata.old, null);
          assert.equal(before.metadata.logical, true);
          assert.deepEqual(before.metadata.new.inputs.token, MARKED);
          assert.deepEqual([before.metadata.new.id, before.metadata.new.outputs], ["", {}]);
          const after = find(log, "resOutputsEvent", "create", "a").metadata.new;
          assert.notEqual(after.id, "");
          assert.equal(after.outputs.zone, "x");
          // A component is done when it has registered its outputs.
          assert.deepEqual(find(log, "resOutputsEvent", "create", "g").metadata.new.outputs, { made: 1 });
          const printed = log.find((line) => line.diagnosticEvent?.message.startsWith("hello"))?.diagnosticEvent;
          assert.deepEqual([printed.severity, printed.urn], ["info", undefined]);
          assert.deepEqual(log.at(-1)?.cancelEvent, {});
          const { summaryEvent } = log.at(-2) ?? {};
          assert.deepEqual(summaryEvent.resourceChanges, { create: 3 });
          assert.deepEqual([summaryEvent.isPreview, summaryEvent.result], [false, "succeeded"]);
        },
      },
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "y", token: pulumi.secret("s3cr3t-t0ken") });`,
      expect: {
        check: ({ log }) => {
          const { metadata } = find(log, "resourcePreEvent", "replace", "a");
          assert.deepEqual([metadata.keys, metadata.diffs], [["zone"], ["zone"]]);
          assert.equal(find(log, "resourcePreEvent", "create-replacement", "a").metadata.logical, undefined);
          assert.equal(metadata.old.delete, true);
          assert.notEqual(metadata.new.id, metadata.old.id);
          const gone = find(log, "resOutputsEvent", "delete-replaced", "a").metadata;
          assert.deepEqual([gone.old.delete, gone.new], [true, null]);
          assert.deepEqual(find(log, "resOutputsEvent", "delete", "g").metadata.old.outputs, { made: 1 });
        },
      },
    },
  ],
});

conformance({
  name: "event-log-failure",
  area,
  semantic: "A step that fails is told with its error and both states, and the run's summary says that it failed.",
  steps: [
    {
      run: "up",
      program: `new Thing("a");`,
      faults: [{ call: "create a", error: "quota exceeded" }],
      expect: {
        outcome: "failed",
        check: ({ log }) => {
          const failed = find(log, "resOpFailedEvent", "create", "a");
          assert.deepEqual([failed.metadata.old, failed.metadata.new.outputs], [null, {}]);
          const told = log.filter((line) => line.diagnosticEvent?.message.includes("quota exceeded"));
          assert.equal(told.length, 1);
          assert.match(told[0]?.diagnosticEvent.urn, /::a$/);
          assert.equal(told[0]?.diagnosticEvent.prefix, "error: ");
          assert.equal(log.find((line) => line.summaryEvent)?.summaryEvent.result, "failed");
        },
      },
    },
  ],
});

conformance({
  name: "preview-digest",
  area,
  semantic:
    "A preview's digest has the steps with both states as checkpoints have them, reasons and detailed diff, secrets as [secret].",
  config: "color: blue",
  steps: [
    {
      run: "up",
      program: `
        new Thing("a", { size: 1, token: pulumi.secret("s3cr3t-t0ken") }); new Thing("b", { zone: "x" }); new Thing("c"); new Thing("d");`,
    },
    {
      run: "preview",
      digest: true,
      program: `
        pulumi.log.warn("careful");
        new Thing("a", { size: 2, token: pulumi.secret("s3cr3t-t0ken") }); new Thing("b", { zone: "y" }); new Thing("c");`,
      expect: {
        nowhere: /s3cr3t-t0ken/,
        check: ({ digest }) => {
          assert.deepEqual(digest?.config, { "test:color": "blue" });
          const steps = digest?.steps ?? [];
          const named = (name: string) => steps.find(({ urn }) => urn.endsWith(`::${name}`)) ?? {};
          assert.deepEqual(steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).sort(), [
            "delete d",
            "replace b",
            "same test-dev",
            "update a",
          ]);
          const a = named("a");
          assert.deepEqual(a.diffReasons, ["size"]);
          assert.equal(a.replaceReasons, undefined);
          assert.deepEqual([a.oldState.inputs.size, a.newState.inputs.size], [1, 2]);
          assert.deepEqual([a.oldState.inputs.token, a.newState.inputs.token], ["[secret]", "[secret]"]);
          assert.deepEqual([a.newState.id, a.newState.outputs], [undefined, undefined]);
          assert.equal(a.oldState.outputs.size, 1);
          assert.deepEqual(named("b").replaceReasons, ["zone"]);
          assert.equal(named("b").oldState.delete, true);
          assert.equal(named("d").newState, undefined);
          assert.deepEqual(digest?.changeSummary, { delete: 1, replace: 1, same: 2, update: 1 });
          const careful = digest?.diagnostics?.find(({ message }) => message.includes("careful"));
          assert.deepEqual([careful?.message, careful?.severity], ["warning: careful\n", "warning"]);
          assert.equal(typeof digest?.duration, "number");
        },
      },
    },
  ],
});

conformance({
  name: "event-log-policies",
  area,
  semantic:
    "The event log has what policies found and changed, and for each resource and pack which of them passed and failed.",
  files: pack(
    `{ name: "owned", description: "Owners.", enforcementLevel: "remediate",
       remediateResource: things((args) => ({ ...args.props, owner: "ops" })) },` +
      rule("big", "advisory", `props.size > 3 && "it is big"`) +
      `{ name: "whole", description: "Whole.", enforcementLevel: "advisory", validateStack: () => {} },`,
  ),
  settles: false,
  steps: [
    {
      run: "preview",
      policyPacks: [{ dir: "pack" }],
      program: `new Thing("a", { size: 4 });`,
      expect: {
        check: ({ log }) => {
          const of = (kind: string) => log.flatMap((line) => (line[kind] ? [line[kind]] : []));
          assert.equal(of("policyLoadEvent").length, 1);
          const [remediation] = of("policyRemediationEvent");
          assert.deepEqual(
            [remediation.before.size, remediation.before.owner, remediation.after.owner],
            [4, undefined, "ops"],
          );
          const a = (event: LoggedEvent) => event.resourceUrn.endsWith("::a");
          const analyzed = of("policyAnalyzeSummaryEvent").find(a);
          // A policy without a check of its own has nothing to say here.
          assert.deepEqual([analyzed?.passed, analyzed?.failed], [undefined, ["big"]]);
          const mended = of("policyRemediateSummaryEvent").find(a);
          assert.deepEqual(mended?.failed, ["owned"]);
          assert.deepEqual(of("policyAnalyzeStackSummaryEvent")[0].passed, ["whole"]);
          assert.equal(Object.values(of("summaryEvent")[0].PolicyPacks)[0], "1.2.3");
        },
      },
    },
  ],
});
