import { describe, expect, it } from "vitest";
import { Exceptions } from "../../policies/exceptions.js";

const URN = "urn:pulumi:dev::fleet::fleet:agents:Agent$docker:index/container:Container::dev-ada-container";
const ada = { urn: URN, name: "dev-ada-container" };
const exception = (resource: string, expires = "2027-06-30") => ({ resource, reason: "for a test", expires });

describe("whom an exception is for", () => {
  it.each([
    ["dev-ada-container", true],
    ["dev-*-container", true],
    [URN, true],
    ["**::dev-ada-container", true],
    ["**$docker:index/container:Container::*", true],
    ["dev-ada", false],
    ["ada-container", false],
    ["dev.ada-container", false],
    ["*::dev-ada-container", false],
    ["**::dev-brook-container", false],
  ])("%s: %s", (resource, covers) => {
    expect(new Exceptions([exception(resource)], "2026-11-29").of(ada) !== undefined).toBe(covers);
  });
});

describe("how long an exception holds", () => {
  it("through its last day, and not on the next", () => {
    const one = [exception("dev-ada-container")];
    expect(new Exceptions(one, "2027-06-30").coverNow(ada)).toBe(true);
    expect(new Exceptions(one, "2027-06-30").expired()).toEqual([]);
    expect(new Exceptions(one, "2027-07-01").coverNow(ada)).toBe(false);
    expect(new Exceptions(one, "2027-07-01").expired()).toEqual(one);
  });

  it("gives the one that still holds before one that has expired", () => {
    const [old, present] = [exception("dev-*", "2026-01-01"), exception("dev-ada-container")];
    expect(new Exceptions([old, present], "2026-11-29").of(ada)).toBe(present);
    expect(new Exceptions([old], "2026-11-29").of(ada)).toBe(old);
  });
});

it("knows which were needed, and takes the same one in once", () => {
  const [used, idle] = [exception("dev-ada-container"), exception("dev-brook-container")];
  const exceptions = new Exceptions([used, idle], "2026-11-29");
  exceptions.add([{ ...used }]);
  expect(exceptions.unneeded()).toEqual([used, idle]);
  exceptions.of(ada);
  expect(exceptions.unneeded()).toEqual([idle]);
});
