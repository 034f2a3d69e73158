import type { ContainerAgentSpec } from "../../../spec/index.js";
import { httpHealthCheck } from "../../../templates/containers/health.js";
import type { Afterwards } from "../../../templates/files/bundle.js";
import { type HealthCheck, startSeconds } from "../../containers.js";
import { resolveSecrets } from "../../secrets.js";
import { inContainer, specOf } from "../in-container.js";
import type { Runtime } from "../runtime.js";

/** Seconds that any program gets to end by itself. Docker's own default. */
const STOP_SECONDS = 10;

/** Any program in a container. */
const container: Runtime = (context) => {
  const spec = specOf(context, "container");
  const health = healthCheck(spec);
  return inContainer(context, {
    command: spec.command,
    env: {},
    files: resolveSecrets(spec.files, context.secrets),
    afterwards: afterwards(spec, health),
    health,
    internalPort: spec.internalPort,
    stopSeconds: STOP_SECONDS,
  });
};

export default container;

function healthCheck({ health, internalPort }: ContainerAgentSpec): HealthCheck | undefined {
  if (!health) return undefined;
  const { http, command, interval, timeout, retries, startPeriod } = health;
  const timing = { interval, timeout, retries, startPeriod };
  if (command) return { tests: ["CMD", ...command], ...timing };
  return http !== undefined && internalPort !== undefined
    ? { tests: httpHealthCheck(internalPort, http), ...timing }
    : undefined;
}

function afterwards(spec: ContainerAgentSpec, health: HealthCheck | undefined): Afterwards {
  switch (spec.onConfigChange) {
    case "restart":
      return { do: "restart", waitSeconds: health ? startSeconds(health) : STOP_SECONDS };
    case "reload":
      return { do: "signal", signal: "SIGHUP" };
    case "none":
      return { do: "nothing" };
  }
}
