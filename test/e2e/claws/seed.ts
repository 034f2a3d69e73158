/** A claw as the operations notes of Gather-Claw describe it, typed from them: what was run there by hand until now. */
export interface Claw {
  username: string;
  /** `<domain>` in `<username>.<domain>`. */
  domain: string;
  network: string;
  zaiKey: string;
  telegramToken: string;
  telegramChatId: string;
  privateKey: string;
  publicKey: string;
  agentId: string;
}

/** What `docker inspect` is to say of it. */
export function asInTheSeed(claw: Claw) {
  const { username } = claw;
  const router = `traefik.http.routers.claw-${username}`;
  return {
    // Container: claw-<username>
    name: `/claw-${username}`,
    // Network: gather-infra_gather_net
    networks: [claw.network],
    // Routing: Traefik labels → Host(`<username>.gather.is`) → container:8080, TLS via Let's Encrypt
    labels: {
      "traefik.enable": "true",
      [`${router}.rule`]: `Host(\`${username}.${claw.domain}\`)`,
      [`${router}.entrypoints`]: "websecure",
      [`${router}.tls.certresolver`]: "cf",
      [`traefik.http.services.claw-${username}.loadbalancer.server.port`]: "8080",
    },
    // Volumes: claw-data-<username>, claw-soul-<username>, claw-public-<username>
    mounts: {
      "/app/data": `claw-data-${username}`,
      "/app/soul": `claw-soul-${username}`,
      "/app/public": `claw-public-${username}`,
    },
    environment: {
      MODEL_PROVIDER: "anthropic",
      ANTHROPIC_API_KEY: claw.zaiKey,
      ANTHROPIC_API_BASE: "https://api.z.ai/api/anthropic",
      ANTHROPIC_MODEL: "glm-5",
      TELEGRAM_BOT: claw.telegramToken,
      TELEGRAM_CHAT_ID: claw.telegramChatId,
      GATHER_PRIVATE_KEY: claw.privateKey,
      GATHER_PUBLIC_KEY: claw.publicKey,
      GATHER_AGENT_ID: claw.agentId,
      GATHER_BASE_URL: "https://gather.is",
      CLAY_ROOT: "/app",
      CLAY_DB: "/app/data/messages.db",
      BUILD_SERVICE_URL: "http://127.0.0.1:9090",
    },
    // Standalone `docker run` containers that come back with the server.
    restart: "unless-stopped",
    // clay-medic is process 1 and swaps the binary under /app.
    init: false,
    readOnlyRoot: false,
    privileged: false,
    // Nothing is published: Traefik is in the network.
    ports: {},
  };
}

type Seen = ReturnType<typeof asInTheSeed>;

/** The same of a container, from `docker inspect`; what the image gives by itself and what the fleet adds is left out. */
// biome-ignore lint/suspicious/noExplicitAny: the daemon's own JSON
export function asItRuns(container: any, image: any): Seen {
  const own = (lines: string[]) => lines.filter((line) => !(image.Config.Env ?? []).includes(line));
  const labels = Object.entries<string>(container.Config.Labels ?? {});
  return {
    name: container.Name,
    networks: Object.keys(container.NetworkSettings.Networks).sort(),
    labels: Object.fromEntries(labels.filter(([label]) => !label.startsWith("fleet."))),
    mounts: Object.fromEntries(
      container.Mounts.map((mount: { Destination: string; Name: string }) => [mount.Destination, mount.Name]),
    ),
    environment: Object.fromEntries(own(container.Config.Env).map((line) => line.split(/=(.*)/s).slice(0, 2))),
    restart: container.HostConfig.RestartPolicy.Name,
    init: container.HostConfig.Init ?? false,
    readOnlyRoot: container.HostConfig.ReadonlyRootfs,
    privileged: container.HostConfig.Privileged,
    ports: container.HostConfig.PortBindings ?? {},
  } as Seen;
}
