import { afterAll, beforeAll, describe } from "vitest";
import { describeWithDocker } from "../support/daemon.js";
import { Droplet } from "../support/droplet.js";
import { adoptionOfClaws } from "./adoption.js";
import type { ClawServer } from "./claw-server.js";
import { lifeOfClaws } from "./life.js";

describeWithDocker("claws on a server that is reached by ssh", () => {
  let droplet: Droplet;
  beforeAll(async () => {
    droplet = await Droplet.start();
  });
  afterAll(() => droplet?.stop());

  const server = async (): Promise<ClawServer> => ({
    machine: droplet.machine,
    // No daemon is here: whatever would use one fails.
    env: { SSH_AUTH_SOCK: droplet.sshAuthSock, DOCKER_HOST: "unix:///nowhere.sock" },
    docker: (...args) => droplet.docker(...args),
    close: async () => {},
  });
  describe("from the first to the last", () => lifeOfClaws(server));
  describe("that has claws", () => adoptionOfClaws(server));
});
