import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { checkStackText, formatFault, parseFleet, readStackText } from "../../spec/index.js";
import { BASE } from "./base.js";

/** Every fault must point into the file, and say something on one line. */
function expectLocated(text: string): void {
  const lines = text.split("\n");
  for (const fault of checkStackText("test", text, "fleet")) {
    expect(Number.isInteger(fault.line) && fault.line >= 1 && fault.line <= lines.length).toBe(true);
    expect(Number.isInteger(fault.column) && fault.column >= 1).toBe(true);
    expect(fault.column).toBeLessThanOrEqual(lines[fault.line - 1]!.length + 1);
    expect(fault.message).not.toBe("");
    expect(formatFault("f", fault)).not.toMatch(/\n|undefined|\[object/);
  }
}

const SCRAPS = [
  "{",
  "}",
  "[",
  "]",
  ":",
  "-",
  "&a",
  "*a",
  "<<: *a",
  "!!x",
  '"',
  "'",
  "\t",
  "#",
  "null",
  "~",
  "|",
  "---",
  "\r",
  "\u0000",
  "é",
  "__proto__: 1",
  "? x",
];

describe("whatever is done to a stack file", () => {
  it("text that is cut, put in or doubled anywhere gives located faults and no exception", () => {
    const edit = fc.record({
      at: fc.nat(BASE.length),
      cut: fc.nat(30),
      put: fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 8 }), fc.constant("")),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = BASE;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        expectLocated(text);
      }),
      { numRuns: 400 },
    );
  });

  it("values of another kind, renamed and lost keys give located faults and no exception", () => {
    const places: (string | number)[][] = [];
    const visit = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) places.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const [key, item] of Object.entries(value)) visit(item, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    visit(parseDocument(BASE).toJS(), []);
    const change = fc.record({
      place: fc.constantFrom(...places),
      kind: fc.constantFrom("set", "delete", "rename", "add"),
      value: fc.jsonValue({ maxDepth: 2 }),
      key: fc.oneof(
        fc.constantFrom("constructor", "toString", "secret", "secure", "prot"),
        fc.string({ minLength: 1, maxLength: 6 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const document = parseDocument(BASE);
        for (const { place, kind, value, key } of changes) {
          if (!document.hasIn(place)) continue;
          // A list takes no named keys.
          if (kind === "add" && typeof place.at(-1) === "number") continue;
          if (kind === "set") document.setIn(place, document.createNode(value));
          else if (kind === "delete") document.deleteIn(place);
          else if (kind === "rename") {
            const node = document.getIn(place, true);
            document.deleteIn(place);
            document.setIn([...place.slice(0, -1), typeof place.at(-1) === "number" ? place.at(-1) : key], node);
          } else document.setIn([...place.slice(0, -1), key], document.createNode(value));
        }
        expectLocated(String(document));
      }),
      { numRuns: 400 },
    );
  });

  it("a spec comes out exactly where no error does", () => {
    fc.assert(
      fc.property(fc.nat(BASE.length), fc.constantFrom(...SCRAPS, ""), fc.nat(5), (at, put, cut) => {
        const { spec, faults } = readStackText("test", BASE.slice(0, at) + put + BASE.slice(at + cut), "fleet");
        expect(spec === undefined).toBe(faults.some((fault) => fault.severity === "error"));
      }),
      { numRuns: 200 },
    );
  });

  it("any JSON at all as config gives faults or a spec", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("machines", "images", "agents", "edge", "secrets", "x"), fc.jsonValue()),
        (raw) => {
          const { spec, faults } = parseFleet("s", raw);
          expect(spec === undefined).toBe(faults.length > 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
