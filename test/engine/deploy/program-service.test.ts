import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { expect, it } from "vitest";
import type { Deployment } from "../../../engine/deploy/deployment.js";
import { ProgramService } from "../../../engine/deploy/program/program-service.js";
import type { EngineEvent } from "../../../engine/index.js";

it("tells the errors that a program logs, until the run is ending: then they are of its calls being cut off", async () => {
  const deployment = { ending: false, programErrors: [] as string[] };
  const events: EngineEvent[] = [];
  const service = new ProgramService(deployment as unknown as Deployment, (event) => events.push(event));
  const log = (message: string, severity: engineProto.LogSeverity) =>
    service.engine.log!(new engineProto.LogRequest().setMessage(message).setSeverity(severity) as never);
  const { ERROR, WARNING } = engineProto.LogSeverity;

  await log("quota exceeded", ERROR);
  deployment.ending = true;
  await log("Channel has been shut down", ERROR);
  await log("old syntax", WARNING);
  expect(events.map((event) => event.kind === "diagnostic" && event.message)).toEqual(["quota exceeded", "old syntax"]);
  expect(deployment.programErrors).toEqual(["quota exceeded"]);
});
