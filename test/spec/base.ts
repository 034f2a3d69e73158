import { checkStackText, formatFault } from "../../spec/index.js";

/** A stack file with nothing wrong in it, and something of everything. The tests below break it in one place each. */
export const BASE = `config:
  fleet:machines:
    here: { on: docker }
    there: { on: docker, socket: unix:///run/there.sock }
  fleet:images:
    openclaw:
      build:
        debian: { suite: bookworm, packages: [git] }
        node: 24.16.0
        npm: { openclaw: 2026.9.6 }
    caddy: { build: { debian: { packages: [caddy] } } }
    mine: { build: { context: ./images/mine, target: run } }
  fleet:agents:
    ada:
      machine: here
      runtime: openclaw
      image: openclaw
      port: 18789
      reaches: [box]
      model:
        primary: standin/small
        providers:
          standin:
            baseUrl: http://box:8080/anthropic
            api: anthropic-messages
            apiKey: { secret: modelKey }
            models: [{ id: small }]
      resources: { memory: 2GiB }
    bob:
      machine: there
      runtime: container
      image: ghcr.io/acme/agent:1.2
      env: { KEY: { secret: modelKey } }
      volumes:
        data: { path: /data }
    box:
      machine: here
      runtime: container
      image: mine
      port: 18800
      internalPort: 8080
      health: { http: /healthz, interval: 5s }
  fleet:edge:
    front: { machine: here, image: caddy, domain: localhost, port: 8080 }
  fleet:secrets:
    modelKey: { secure: v1:abc:def }
`;

/** The base with one piece of its text replaced by another. */
export function edited(from: string, to: string): string {
  if (!BASE.includes(from)) throw new Error(`the base has no ${from}`);
  return BASE.replace(from, to);
}

/** The messages that a text gets, as the command line shows them. */
export const messages = (text: string) => checkStackText("test", text, "fleet").map((fault) => formatFault("f", fault));
