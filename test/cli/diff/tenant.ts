const PORTS = 10_000;

/** A stack of one agent behind a proxy. */
export const tenant = (index: number): string => `config:
  fleet:machines:
    here: { on: docker }
  fleet:images:
    notes: { from: "ghcr.io/example/notes:1.0.0@sha256:${"1".repeat(64)}" }
    caddy: { from: "caddy:2.10@sha256:${"3".repeat(64)}" }
  fleet:agents:
    claw:
      machine: here
      runtime: container
      image: notes
      port: ${PORTS + 2 * index}
      internalPort: 8080
      host: tenant-${index}.localhost
      health: { http: /healthz }
      volumes: { data: { path: /data } }
  fleet:edge:
    front: { machine: here, proxy: caddy, image: caddy, port: ${PORTS + 2 * index + 1}, domain: localhost }
  fleet:policies:
    container-no-host-namespaces:
      exceptions: [{ resource: "*-front-container", reason: The proxy reaches agents by the loopback address, expires: 2099-12-31 }]
    data-backed-up:
      exceptions: [{ resource: "**:Volume::*", reason: Nothing that is worth a backup, expires: 2099-12-31 }]
  fleet:secrets: {}
`;
