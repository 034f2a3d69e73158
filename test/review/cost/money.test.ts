import { expect, it } from "vitest";
import { dollars } from "../../../review/cost/money.js";

it("writes dollars as people do", () => {
  expect([0, 4.8, 1203.5, 1_000_000, -3].map(dollars)).toEqual([
    "$0.00",
    "$4.80",
    "$1,203.50",
    "$1,000,000.00",
    "-$3.00",
  ]);
});
