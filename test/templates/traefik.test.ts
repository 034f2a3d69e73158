import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  OTHER_ENTRY_POINTS,
  renderTraefikConfig,
  renderTraefikRoutes,
  type TraefikEdge,
} from "../../templates/proxy/traefik.js";
import { traefikLabels } from "../../templates/proxy/traefik-labels.js";
import { labelFaults, routes, staticConfig } from "./traefik-schema.js";

const edge = (more: Partial<TraefikEdge> = {}): TraefikEdge => ({
  entryPoint: "websecure",
  tls: "acme",
  port: 443,
  certResolver: "letsencrypt",
  email: "ops@example.org",
  network: "gather",
  docker: "tcp://lab-front-socket:2375",
  ...more,
});

const KINDS: Record<string, TraefikEdge> = {
  "certificates, labels": edge(),
  "certificates, a file": edge({ docker: undefined, port: 8443, entryPoint: "agents", certResolver: "cf" }),
  "plain HTTP, labels": edge({ tls: "off", entryPoint: "web", port: 8180, email: undefined }),
  "plain HTTP, a file": edge({ tls: "off", entryPoint: "web", port: 80, docker: undefined }),
};

const FILE_ROUTES = [
  { name: "lab-web", host: "web.example.org", url: "http://lab-web:3000" },
  { name: "claw-alice", host: "alice.example.org", url: "http://claw-alice:8080" },
];

const rendered = (edge: TraefikEdge) => parse(renderTraefikConfig(edge));

describe("Traefik's static configuration", () => {
  it.each(Object.entries(KINDS))("has only keys that Traefik knows: %s", (_, kind) => {
    expect(staticConfig.safeParse(rendered(kind)).error?.issues ?? []).toEqual([]);
  });

  it("opens the ports in the container that no user needs rights for, and none else to others", () => {
    const addresses = (kind: TraefikEdge) =>
      Object.fromEntries(
        Object.entries(rendered(kind).entryPoints as Record<string, { address: string }>).map(([name, { address }]) => [
          name,
          address,
        ]),
      );
    expect(addresses(edge({ entryPoint: "agents" }))).toEqual({
      web: ":8000",
      agents: ":8443",
      ping: "127.0.0.1:8082",
    });
    expect(addresses(edge({ tls: "off", entryPoint: "web" }))).toEqual({ web: ":8000", ping: "127.0.0.1:8082" });
  });

  it("leads plain HTTP to the machine's port for HTTPS, and believes nobody's forwarded headers", () => {
    const { entryPoints } = rendered(edge({ port: 8443 }));
    expect(entryPoints.web.http).toEqual({
      redirections: { entryPoint: { to: ":8443", scheme: "https", permanent: true } },
    });
    expect(entryPoints.websecure.http).toEqual({ tls: { certResolver: "letsencrypt" } });
    for (const name of ["web", "websecure"]) {
      expect(entryPoints[name].forwardedHeaders).toEqual({ insecure: false });
      expect(entryPoints[name].transport.respondingTimeouts).toEqual({
        readTimeout: "5m",
        writeTimeout: "0s",
        idleTimeout: "180s",
      });
    }
    const plain = rendered(edge({ tls: "off", entryPoint: "web" }));
    expect(plain.entryPoints.web).not.toHaveProperty("http");
    expect(plain).not.toHaveProperty("certificatesResolvers");
  });

  it("gets certificates over the entry point that port 80 leads to, and keeps them in the data volume", () => {
    expect(rendered(edge({ certResolver: "cf" })).certificatesResolvers).toEqual({
      cf: {
        acme: {
          email: "ops@example.org",
          storage: "/data/acme.json",
          httpChallenge: { entryPoint: OTHER_ENTRY_POINTS.plain },
        },
      },
    });
  });

  it("reads labels through the socket proxy, or files, never both", () => {
    expect(rendered(edge()).providers).toEqual({
      docker: { endpoint: "tcp://lab-front-socket:2375", exposedByDefault: false, network: "gather", watch: true },
    });
    expect(rendered(edge({ docker: undefined })).providers).toEqual({
      file: { directory: "/config/routes", watch: true },
    });
  });

  it("has no dashboard, no API, and tells nobody about itself", () => {
    for (const kind of Object.values(KINDS)) {
      expect(rendered(kind)).not.toHaveProperty("api");
      expect(rendered(kind).global).toEqual({ checkNewVersion: false, sendAnonymousUsage: false });
    }
  });

  it("logs requests without what may hold a token", () => {
    const { format, fields } = rendered(edge()).accessLog;
    expect(format).toBe("json");
    expect(fields).toMatchObject({ defaultMode: "drop", headers: { defaultMode: "drop" } });
    for (const field of ["RequestPath", "RequestLine", "ClientUsername"])
      expect(fields.names).not.toHaveProperty(field);
  });
});

describe("Traefik's routes in a file", () => {
  it.each([edge(), edge({ tls: "off", entryPoint: "web" })])("have only keys that Traefik knows: tls $tls", (kind) => {
    expect(routes.safeParse(parse(renderTraefikRoutes(kind, FILE_ROUTES))).error?.issues ?? []).toEqual([]);
  });

  it("lead each host to its container", () => {
    expect(parse(renderTraefikRoutes(edge(), FILE_ROUTES)).http).toEqual({
      routers: {
        "claw-alice": {
          rule: "Host(`alice.example.org`)",
          entryPoints: ["websecure"],
          service: "claw-alice",
          tls: { certResolver: "letsencrypt" },
        },
        "lab-web": {
          rule: "Host(`web.example.org`)",
          entryPoints: ["websecure"],
          service: "lab-web",
          tls: { certResolver: "letsencrypt" },
        },
      },
      services: {
        "claw-alice": { loadBalancer: { servers: [{ url: "http://claw-alice:8080" }] } },
        "lab-web": { loadBalancer: { servers: [{ url: "http://lab-web:3000" }] } },
      },
    });
  });

  it("do not depend on the order of the agents", () => {
    expect(renderTraefikRoutes(edge(), FILE_ROUTES)).toBe(renderTraefikRoutes(edge(), [...FILE_ROUTES].reverse()));
  });

  it("say nothing where there are no agents: Traefik refuses a section that is empty", () => {
    expect(parse(renderTraefikRoutes(edge(), []))).toBeNull();
  });
});

describe("Traefik's labels", () => {
  const route = { name: "claw-alice", host: "alice.example.org", entryPoint: "websecure", port: 8080 };

  it.each([
    { ...route, certResolver: "cf", network: "gather" },
    { ...route, certResolver: "cf" },
    { ...route, entryPoint: "web" },
  ])("are such as Traefik knows: $entryPoint", (one) => {
    expect(labelFaults(traefikLabels(one))).toEqual([]);
  });

  it("ask for a certificate only where the entry point has TLS, and name a network only where it is told", () => {
    expect(Object.keys(traefikLabels(route)).sort()).toEqual([
      "traefik.enable",
      "traefik.http.routers.claw-alice.entrypoints",
      "traefik.http.routers.claw-alice.rule",
      "traefik.http.services.claw-alice.loadbalancer.server.port",
    ]);
  });

  it("with a slip in them are noticed", () => {
    const labels = {
      ...traefikLabels(route),
      "traefik.http.routers.claw-alice.entrypoint": "web",
      "traefik.enable": "yes",
    };
    expect(labelFaults(labels)).toEqual([
      "traefik.enable cannot be yes",
      "unknown label traefik.http.routers.claw-alice.entrypoint",
    ]);
  });
});
