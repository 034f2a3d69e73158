import fc from "fast-check";

export type ProviderCall = "create" | "update" | "delete" | "read" | "check" | "diff" | "configure" | "recover";

/** Something that goes wrong in one run. `nth` counts from 0, over the calls of that kind, or over all points. */
export type Fault =
  /** The call fails and nothing has happened. */
  | { kind: "fail"; call: ProviderCall; nth: number }
  /** It happened, and the call fails all the same. */
  | { kind: "late"; call: "update" | "delete"; nth: number }
  /** The object is there but does not work. */
  | { kind: "partial"; call: "create" | "update" | "read"; nth: number }
  /** The inputs are refused. */
  | { kind: "invalid"; nth: number }
  /** The call does not return until it is cut off: a user cancels twice. */
  | { kind: "hang"; call: ProviderCall; nth: number; after: boolean }
  /** The process is killed. Points are before and after each write and each effect. */
  | { kind: "crash"; nth: number }
  | { kind: "crash"; at: string }
  /** The user cancels, once or twice. */
  | { kind: "cancel"; nth: number; twice: boolean }
  /** The program fails after so many registrations. */
  | { kind: "program"; nth: number; how: "throws" | "exits" }
  /** A write of the state fails; all that follow too, if the disk stays full. */
  | { kind: "disk"; nth: number; lasting: boolean };

const CALLS: ProviderCall[] = ["create", "update", "delete", "read", "check", "diff", "configure", "recover"];
const call = fc.constantFrom<ProviderCall>(...CALLS, "create", "update", "delete", "create");
const few = fc.nat({ max: 4 });

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("crash" as const), nth: fc.nat({ max: 40 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("fail" as const), call, nth: few }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("late" as const),
      call: fc.constantFrom("update" as const, "delete" as const),
      nth: few,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("partial" as const),
      call: fc.constantFrom("create" as const, "update" as const, "read" as const),
      nth: few,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("invalid" as const), nth: few }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hang" as const), call, nth: few, after: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth: fc.nat({ max: 30 }), twice: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("program" as const),
      nth: few,
      how: fc.constantFrom("throws" as const, "exits" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("disk" as const), nth: fc.nat({ max: 10 }), lasting: fc.boolean() }),
  },
);
export const faults: fc.Arbitrary<Fault[]> = fc.array(fault, { minLength: 1, maxLength: 3 });
