import type providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure, CheckResult, DiffKind, DiffResult, PropertyDiff } from "../provider.js";
import { fromStruct } from "../wire.js";

const CHANGES: DiffResult["changes"][] = ["unknown", "none", "some"];
const KINDS: DiffKind[] = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

export function failures(list: providerProto.CheckFailure[]): CheckFailure[] {
  return list.map((item) => ({ property: item.getProperty(), reason: item.getReason() }));
}

export function checkResult(answer: providerProto.CheckResponse, root: string): CheckResult {
  return { inputs: fromStruct(answer.getInputs(), root), failures: failures(answer.getFailuresList()) };
}

export function diffResult(answer: providerProto.DiffResponse): DiffResult {
  return {
    changes: CHANGES[answer.getChanges()] ?? "unknown",
    diffs: answer.getDiffsList(),
    replaces: answer.getReplacesList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    detailedDiff: answer.getHasdetaileddiff() ? detailedDiff(answer) : undefined,
  };
}

function detailedDiff(answer: providerProto.DiffResponse): Record<string, PropertyDiff> {
  const result: Record<string, PropertyDiff> = {};
  // A kind of a time to come is at least a change.
  for (const [path, diff] of answer.getDetaileddiffMap().entries())
    result[path] = { kind: KINDS[diff.getKind()] ?? "update", inputDiff: diff.getInputdiff() };
  return result;
}
