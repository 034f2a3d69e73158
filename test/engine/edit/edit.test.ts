import { describe, expect, it } from "vitest";
import { nearUrns } from "../../../engine/deploy/goals/near-urns.js";
import { UrnPatterns } from "../../../engine/deploy/goals/urn-patterns.js";
import { withoutGone } from "../../../engine/deploy/snapshot/rebuild.js";
import { repairState } from "../../../engine/edit/repair.js";
import { deleteFromState, markInState, renameInState } from "../../../engine/edit/resources.js";
import { exportedState, importedState } from "../../../engine/edit/transfer.js";
import type { ResourceState, Snapshot } from "../../../engine/index.js";
import {
  decodeCheckpoint,
  EngineError,
  encodeSnapshot,
  PassphraseSecrets,
  verifySnapshot,
} from "../../../engine/index.js";
import { Secret } from "../../../engine/values.js";

const urn = (name: string, type = "x:index:Thing") => `urn:pulumi:dev::test::${type}::${name}`;
const PROVIDER = urn("p", "pulumi:providers:x");

function thing(name: string, more: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: urn(name),
    type: "x:index:Thing",
    custom: true,
    id: `id-${name}`,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    provider: `${PROVIDER}::id-p`,
    ...more,
  };
}
const provider = thing("p", { urn: PROVIDER, type: "pulumi:providers:x", provider: undefined });
const state = (...resources: ResourceState[]): Snapshot => ({
  resources: [provider, ...resources],
  pendingOperations: [],
});
const names = ({ resources }: Snapshot) => resources.map((resource) => resource.urn.split("::").at(-1));
const refusal = (act: () => unknown): EngineError => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return error as EngineError;
  }
  throw new Error("it was not refused");
};

describe("patterns of URNs", () => {
  it("take * for anything without a colon, ** for anything, and every other character as it is", () => {
    const matches = (pattern: string, text: string) => new UrnPatterns([pattern]).matches(text);
    expect(matches("urn:pulumi:dev::test::x:index:*::a", urn("a"))).toBe(true);
    expect(matches("urn:pulumi:dev::*::a", urn("a"))).toBe(false);
    expect(matches("**::a", urn("a"))).toBe(true);
    expect(matches("**::a", urn("ba"))).toBe(false);
    expect(matches("**$x:*:Thing::a.b", "urn:pulumi:dev::test::y:index:Box$x:index:Thing::a.b")).toBe(true);
    expect(matches("**::a.b", urn("a-b"))).toBe(false);
    expect(new UrnPatterns(["**"]).literals).toEqual([]);
  });

  it("are near to what has the name, or few other letters", () => {
    const known = [urn("web"), urn("web", "x:index:Thong"), urn("database")];
    expect(nearUrns("web", known)).toEqual([urn("web"), urn("web", "x:index:Thong")]);
    expect(nearUrns(urn("databse"), known)).toEqual([urn("database")]);
    expect(nearUrns("urn:pulumi:prod::else::y:z:Other::q", known)).toEqual([]);
  });
});

describe("deletion from the state", () => {
  const a = thing("a");
  const b = thing("b", { dependencies: [a.urn] });
  const child = thing("child", { parent: b.urn });
  const snapshot = state(a, b, child, thing("safe", { protect: true }));

  it("takes out what nothing depends on, or all that depends on it too", () => {
    expect(names(deleteFromState(snapshot, [child.urn]).snapshot)).toEqual(["p", "a", "b", "safe"]);
    const error = refusal(() => deleteFromState(snapshot, [a.urn]));
    expect(error.message).toContain(b.urn);
    expect(error.message).not.toContain(child.urn);
    const all = deleteFromState(snapshot, [a.urn], { targetDependents: true });
    expect(names(all.snapshot)).toEqual(["p", "safe"]);
    expect(all.edited).toEqual([a.urn, b.urn, child.urn]);
    // In whatever order they are named.
    expect(names(deleteFromState(snapshot, [a.urn, child.urn, b.urn]).snapshot)).toEqual(["p", "safe"]);
    expect(refusal(() => deleteFromState(snapshot, [PROVIDER])).message).toContain("depend on");
  });

  it("spares what is protected unless forced, and says what is near to what is not there", () => {
    expect(refusal(() => deleteFromState(snapshot, [urn("safe")])).message).toContain("protected");
    expect(names(deleteFromState(snapshot, [urn("safe")], { force: true }).snapshot)).toEqual(["p", "a", "b", "child"]);
    expect(refusal(() => deleteFromState(snapshot, [urn("saef")])).message).toContain(`did you mean ${urn("safe")}`);
  });

  it("asks for the id where several share the URN, and lets dependents of the other be", () => {
    const replacing = state(a, b, child, { ...a, id: "id-old", delete: true });
    expect(refusal(() => deleteFromState(replacing, [a.urn])).message).toContain("id-old, to be deleted");
    const edit = deleteFromState(replacing, [a.urn], { id: "id-old" });
    expect(names(edit.snapshot)).toEqual(["p", "a", "b", "child"]);
    // The one that is left stands behind what refers to it.
    expect(refusal(() => deleteFromState(replacing, [a.urn], { id: "id-a" })).message).toContain(b.urn);
  });
});

describe("renaming in the state", () => {
  it("takes along whatever refers to it, also what is in flight, and leaves the rest the very same", () => {
    const a = thing("a");
    const other = thing("other");
    const user = thing("user", {
      parent: a.urn,
      dependencies: [a.urn],
      propertyDependencies: { from: [a.urn] },
      deletedWith: a.urn,
      replaceWith: [a.urn],
    });
    const snapshot = { ...state(a, other, user), pendingOperations: [{ type: "updating" as const, resource: a }] };
    const edit = renameInState(snapshot, a.urn, "new::name");
    const renamed = urn("new::name");
    expect(edit.urn).toBe(renamed);
    expect(edit.snapshot.resources[3]).toMatchObject({
      parent: renamed,
      dependencies: [renamed],
      propertyDependencies: { from: [renamed] },
      deletedWith: renamed,
      replaceWith: [renamed],
    });
    expect(edit.snapshot.pendingOperations[0]?.resource.urn).toBe(renamed);
    expect(edit.snapshot.resources[2]).toBe(other);
    expect(verifySnapshot(edit.snapshot)).toEqual([]);
    expect(snapshot.resources[1]).toBe(a);
  });

  it("moves provider references, and refuses a name that is taken", () => {
    const edit = renameInState(state(thing("a")), PROVIDER, "q");
    expect(edit.snapshot.resources[1]?.provider).toBe(`${urn("q", "pulumi:providers:x")}::id-p`);
    expect(verifySnapshot(edit.snapshot)).toEqual([]);
    expect(refusal(() => renameInState(state(thing("a"), thing("b")), urn("a"), "b")).message).toContain("already");
    expect(refusal(() => renameInState(state(thing("a")), urn("a"), "")).message).toContain("empty");
  });
});

describe("marks in the state", () => {
  it("are set and cleared, of all that is not about to be deleted, and tell what really changed", () => {
    const leaving = thing("a", { delete: true, id: "old" });
    const snapshot = state(thing("a"), thing("b", { protect: true }), leaving);
    const all = markInState(snapshot, "all", "protect", true);
    expect(all.edited).toEqual([PROVIDER, urn("a")]);
    expect(all.snapshot.resources.map((resource) => resource.protect ?? false)).toEqual([true, true, true, false]);
    expect(markInState(snapshot, [urn("b")], "protect", false).snapshot.resources[2]?.protect).toBeUndefined();
    expect(markInState(snapshot, [urn("a")], "taint", true).snapshot.resources[1]?.taint).toBe(true);
    expect(refusal(() => markInState(snapshot, [urn("c")], "taint", true)).message).toContain("no resource");
  });
});

describe("repair of a state", () => {
  it("leaves a sound one alone, puts what is out of order in order, and drops references to what is not there", () => {
    const a = thing("a");
    const b = thing("b", { dependencies: [a.urn, urn("lost")], propertyDependencies: { x: [urn("lost")] } });
    const c = thing("c", { deletedWith: urn("lost"), replaceWith: [a.urn] });
    const sound = state(a);
    expect(repairState(sound)).toEqual({ snapshot: sound, changes: [] });
    const repaired = repairState({ resources: [c, b, a, provider], pendingOperations: [] });
    expect(verifySnapshot(repaired.snapshot)).toEqual([]);
    expect(names(repaired.snapshot)).toEqual(
      ["a", "p", "c", "b"].sort((x, y) => "pacb".indexOf(x) - "pacb".indexOf(y)),
    );
    expect(repaired.changes).toEqual(
      expect.arrayContaining([
        { kind: "moved", urn: PROVIDER, from: 3, to: 0 },
        { kind: "moved", urn: a.urn, from: 2, to: 1 },
        { kind: "dropped", urn: b.urn, what: "dependency", reference: urn("lost") },
        { kind: "dropped", urn: b.urn, what: "dependency of x", reference: urn("lost") },
        { kind: "dropped", urn: c.urn, what: "deletedWith", reference: urn("lost") },
      ]),
    );
    expect(repaired.changes).toHaveLength(5);
  });

  it("takes the type of a lost parent out of its children's URNs, and what refers to those follows", () => {
    const box = urn("box", "x:index:Box");
    const inner = thing("inner", { urn: urn("inner", "x:index:Box$x:index:Thing"), parent: box });
    const user = thing("user", { dependencies: [inner.urn] });
    const { snapshot, changes } = repairState(state(inner, user));
    expect(verifySnapshot(snapshot)).toEqual([]);
    expect(snapshot.resources[1]).toMatchObject({ urn: urn("inner"), parent: undefined });
    expect(snapshot.resources[2]?.dependencies).toEqual([urn("inner")]);
    expect(changes).toContainEqual({ kind: "renamed", urn: inner.urn, to: urn("inner") });
  });

  it("gives up on circles, on providers that are not there and on two of one URN", () => {
    const a = thing("a", { dependencies: [urn("b")] });
    const b = thing("b", { dependencies: [urn("a")] });
    expect(refusal(() => repairState(state(a, b))).message).toContain("circle");
    const orphan = thing("a", { provider: `${urn("gone", "pulumi:providers:x")}::1` });
    expect(refusal(() => repairState(state(orphan))).message).toContain("does not exist");
    expect(refusal(() => repairState(state(thing("a"), thing("a")))).message).toContain("twice");
  });

  it("knows what waits for its deletion from what replaces it", () => {
    const old = thing("a", { delete: true, id: "old" });
    const user = thing("user", { dependencies: [urn("a")] });
    const { snapshot } = repairState(state(user, thing("a"), old));
    expect(verifySnapshot(snapshot)).toEqual([]);
    expect(snapshot.resources.map(({ id }) => id)).toEqual(["id-p", "id-a", "id-user", "old"]);
  });
});

describe("references to what a refresh found gone", () => {
  it("are mended by position: what stands before counts, and children go to the nearest ancestor left", () => {
    const gone = thing("a", { parent: urn("root") });
    const root = thing("root");
    const b = thing("b", { parent: gone.urn, dependencies: [gone.urn] });
    const again = thing("a", { id: "second" });
    const c = thing("c", { dependencies: [gone.urn] });
    const result = withoutGone([root, gone, b, again, c], new Set([gone]));
    expect(result.map(({ urn, parent, dependencies }) => [urn, parent, dependencies])).toEqual([
      [root.urn, undefined, []],
      [b.urn, root.urn, []],
      [again.urn, undefined, []],
      [c.urn, undefined, [gone.urn]],
    ]);
    expect(result[3]).toBe(c);
  });
});

describe("export and import", () => {
  it("are the same state in both directions, with secrets in clear only where asked for", async () => {
    const secrets = await PassphraseSecrets.create("x");
    const snapshot = {
      ...state(thing("a", { outputs: { key: new Secret({ deep: ["hush"] }) } })),
      salt: secrets.saltLine,
    };
    const stored = encodeSnapshot(snapshot, secrets, "organization/test/dev");
    const sealed = exportedState(stored);
    expect(sealed).not.toContain("hush");
    const clear = exportedState(stored, (text) => secrets.decrypt(text));
    expect(clear).toContain("hush");
    const getDecrypter = async () => (text: string) => secrets.decrypt(text);
    for (const text of [sealed, clear]) {
      const imported = await importedState(text, { project: "test", stack: "dev" }, { source: "f", getDecrypter });
      expect(imported.warnings).toEqual([]);
      const again = encodeSnapshot(imported.snapshot, secrets, "organization/test/dev");
      expect(again).not.toContain("hush");
      const read = await decodeCheckpoint(again, getDecrypter);
      expect(read.resources[1]?.outputs.key).toMatchObject({ value: { deep: ["hush"] } });
    }
  });

  it("refuse a state of another stack or project, one in disorder and what is no state, unless forced", async () => {
    const b = thing("b", { dependencies: [urn("a")] });
    const pending = {
      ...state(b, thing("a")),
      pendingOperations: [{ type: "creating" as const, resource: thing("c") }],
    };
    const text = exportedState(encodeSnapshot(pending, undefined, "organization/test/dev"));
    const getDecrypter = async () => () => "";
    const read = (target: { project: string; stack: string }, force = false, given = text) =>
      importedState(given, target, { source: "state.json", getDecrypter, force });
    await expect(read({ project: "test", stack: "dev" })).rejects.toThrow(/comes after it/);
    await expect(read({ project: "test", stack: "prod" })).rejects.toThrow(/of the stack dev, not prod/);
    await expect(read({ project: "other", stack: "dev" })).rejects.toThrow(/of the project test, not other/);
    await expect(read({ project: "test", stack: "dev" }, true, "{")).rejects.toThrow(/^state\.json: .*not JSON/);
    const forced = await read({ project: "test", stack: "dev" }, true);
    expect(forced.snapshot.pendingOperations).toEqual([]);
    expect(forced.warnings).toContain(`left out: it was in flight, creating ${urn("c")}`);
  });
});
