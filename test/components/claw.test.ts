import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { deploy, unwrap } from "./deploy.js";

const machines = { server: { on: "docker" } };
const edge = {
  front: {
    machine: "server",
    proxy: "traefik",
    domain: "gather.is",
    network: "gather-infra_gather_net",
    external: true,
    certResolver: "cf",
  },
};
const claw = (more: object = {}) => ({ machine: "server", runtime: "claw", image: "gather-claw:latest", ...more });

const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const key = Buffer.from(pem).toString("base64");

async function container(agent: object, more: Record<string, unknown> = {}, secrets: Record<string, string> = {}) {
  const names = Object.fromEntries(Object.keys(secrets).map((name) => [name, "set"]));
  const deployed = await deploy(
    { machines, edge, agents: { alice: claw(agent) }, secrets: names, ...more },
    { secrets: pulumi.secret(secrets) },
    "gather",
  );
  const { inputs } = deployed.find("Container", "gather-alice-container");
  const envs = unwrap(inputs.envs);
  const list = envs.value as string[];
  return { deployed, inputs, secret: envs.secret, env: Object.fromEntries(list.map((line) => line.split(/=(.*)/s))) };
}

describe("a claw", () => {
  it("has the names, volumes, network and labels of the claws' own scripts", async () => {
    const { deployed, inputs } = await container({});
    expect(inputs).toMatchObject({
      name: "claw-alice",
      networksAdvanced: [{ name: "gather-infra_gather_net" }],
      volumes: [
        { volumeName: "claw-data-alice", containerPath: "/app/data", readOnly: false },
        { volumeName: "claw-soul-alice", containerPath: "/app/soul", readOnly: false },
        { volumeName: "claw-public-alice", containerPath: "/app/public", readOnly: false },
      ],
      labels: [
        { label: "fleet.entry", value: "alice" },
        { label: "fleet.stack", value: "gather" },
        { label: "traefik.enable", value: "true" },
        { label: "traefik.http.routers.claw-alice.entrypoints", value: "websecure" },
        { label: "traefik.http.routers.claw-alice.rule", value: "Host(`alice.gather.is`)" },
        { label: "traefik.http.routers.claw-alice.tls.certresolver", value: "cf" },
        { label: "traefik.http.services.claw-alice.loadbalancer.server.port", value: "8080" },
      ],
      ports: [],
      restart: "unless-stopped",
      init: false,
      readOnly: false,
      capabilities: { adds: [], drops: ["ALL"] },
      memory: 512,
    });
    expect(inputs.user).toBeUndefined();
    // Somebody else's network is used, and nothing is delivered into the container.
    expect(deployed.names("Network")).toEqual([]);
    expect(deployed.names("Command")).toEqual(["gather-alice-limits"]);
  });

  it("is told everything by its environment, with the defaults of the claws' own scripts", async () => {
    expect((await container({})).env).toEqual({
      MODEL_PROVIDER: "anthropic",
      ANTHROPIC_API_BASE: "https://api.z.ai/api/anthropic",
      ANTHROPIC_MODEL: "glm-5",
      GATHER_BASE_URL: "https://gather.is",
      CLAY_ROOT: "/app",
      CLAY_DB: "/app/data/messages.db",
      BUILD_SERVICE_URL: "http://127.0.0.1:9090",
    });
  });

  it("gets its own keys as secrets, and the public half of its identity from the private one", async () => {
    const { env, secret } = await container(
      {
        model: { apiKey: { secret: "k" } },
        telegram: { bot: { secret: "b" }, chatId: "42" },
        identity: { privateKey: { secret: "i" }, agentId: "a1" },
      },
      {},
      { k: "model-key", b: "bot-token", i: key },
    );
    expect(secret).toBe(true);
    expect(env).toMatchObject({
      ANTHROPIC_API_KEY: "model-key",
      TELEGRAM_BOT: "bot-token",
      TELEGRAM_CHAT_ID: "42",
      GATHER_PRIVATE_KEY: key,
      GATHER_AGENT_ID: "a1",
    });
    const publicKey = createPublicKey(Buffer.from(env.GATHER_PUBLIC_KEY!, "base64").toString());
    expect(publicKey.equals(createPublicKey(createPrivateKey(pem)))).toBe(true);
  });

  it("reaches a build service in that one's network, and tells Traefik which network is its own", async () => {
    const { deployed, inputs, env } = await container(
      { buildService: "builder" },
      { services: { builder: { kind: "build-service", machine: "server", image: "clay-builder:latest" } } },
    );
    expect(env.BUILD_SERVICE_URL).toBe("http://builder:9090");
    expect(inputs.networksAdvanced).toEqual([
      { name: "gather-builder", aliases: ["alice"] },
      { name: "gather-infra_gather_net" },
    ]);
    expect(inputs.labels).toContainEqual({ label: "traefik.docker.network", value: "gather-infra_gather_net" });
    expect(deployed.find("Container", "gather-builder-container").inputs).toMatchObject({
      name: "gather-builder",
      ports: [{ internal: 9090, external: 9090, ip: "127.0.0.1", protocol: "tcp" }],
      networksAdvanced: [{ name: "gather-builder", aliases: ["builder"] }],
    });
  });

  it("has a network of its own where nothing serves it in another", async () => {
    const { deployed, inputs } = await container({ port: 8180 }, { edge: {} });
    expect(inputs.networksAdvanced).toEqual([{ name: "gather-alice", aliases: ["alice"] }]);
    expect(inputs.ports).toEqual([{ internal: 8080, external: 8180, ip: "127.0.0.1", protocol: "tcp" }]);
    expect(deployed.names("Network")).toEqual(["gather-alice"]);
  });

  it("is left without limits, and its old volumes without labels, where it was adopted", async () => {
    const { deployed } = await container({ adopted: {}, volumes: { data: { name: "old", existing: true } } });
    expect(deployed.names("Command")).toEqual([]);
    const { inputs } = deployed.find("Volume", "gather-alice-data-volume");
    expect(inputs).toEqual({ name: "old" });
  });

  it("stays at the image that it is held at", async () => {
    const held = `sha256:${"a".repeat(64)}`;
    const { deployed, inputs } = await container({ held });
    expect(inputs.image).toBe(held);
    expect(deployed.names("RemoteImage")).toEqual(["gather-server-gather-claw-latest-image"]);
  });
});
