import { describe, expect, it } from "vitest";
import { Duration, Size } from "../../spec/index.js";

describe("Size", () => {
  it.each([
    ["2GiB", 2 * 2 ** 30, 2048, "2GiB"],
    ["512MiB", 512 * 2 ** 20, 512, "512MiB"],
    ["1.5GiB", 1.5 * 2 ** 30, 1536, "1536MiB"],
    ["2GB", 2e9, 1908, "1953125KiB"],
    ["1 KiB", 1024, 1, "1KiB"],
    ["7B", 7, 1, "7B"],
  ])("reads %s", (text, bytes, mebibytes, shown) => {
    const size = Size.parse(text)!;
    expect([size.bytes, size.mebibytes, size.toString(), JSON.stringify(size)]).toEqual([
      bytes,
      mebibytes,
      shown,
      `"${shown}"`,
    ]);
    expect(Size.parse(size.toString())?.bytes).toBe(bytes);
  });

  it.each(["2", "2 gigs", "2gib", "-2GiB", "0GiB", "GiB", "0.3B", "99999999TiB", "2GiB ", "1e3MiB", ""])(
    "refuses %j",
    (text) => {
      expect(Size.parse(text)).toBeUndefined();
    },
  );
});

describe("Duration", () => {
  it.each([
    ["5s", 5, "5s", "5s"],
    ["500ms", 0.5, "500ms", "500ms"],
    ["90s", 90, "1m30s", "1m30s"],
    ["1m", 60, "1m0s", "1m"],
    ["1h30m", 5400, "1h30m0s", "1h30m"],
    ["7d", 604_800, "168h0m0s", "1w"],
    ["1500ms", 1.5, "1.5s", "1s500ms"],
    ["0s", 0, "0s", "0s"],
  ])("reads %s", (text, seconds, docker, shown) => {
    const duration = Duration.parse(text)!;
    expect([duration.seconds, duration.toDocker(), duration.toString()]).toEqual([seconds, docker, shown]);
    expect(Duration.parse(shown)?.milliseconds).toBe(duration.milliseconds);
  });

  it.each(["5", "5 s", "5 seconds", "-5s", "s", "5y", "1.5h", ""])("refuses %j", (text) => {
    expect(Duration.parse(text)).toBeUndefined();
  });
});
