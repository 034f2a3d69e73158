import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Document } from "yaml";
import { inspect } from "../support/daemon.js";
import { freePorts, type ProjectCopy } from "../support/project.js";

/** Agents of stacks/Pulumi.local.yaml that are OpenClaw gateways. */
export const GATEWAYS = ["ada", "brook", "cleo"];
/** Every container of the stack. */
export const ENTRIES = [...GATEWAYS, "standin", "front"];

const random = () => randomBytes(12).toString("hex");
/** With all that a shell, YAML, JSON or OpenClaw's `\${…}` might take for its own. A header's value, so that it is ASCII. */
export const MODEL_KEY = `k"${random()}\\$HOME'\${HOME}<&> #: {}`;
export const ENV_KEY = `e'${random()}\\"$PATH\`é☃\t<&>`;

/** The local stack under a name and on ports of its own, with secrets, and a stand-in that tells which key it was shown. */
export async function localStack(project: ProjectCopy, stack: string): Promise<{ edgePort: number }> {
  const [edgePort, ...ports] = await freePorts(1 + GATEWAYS.length);
  const agent = (document: Document, name: string, path: (string | number)[], value: unknown) =>
    document.setIn(["config", "fleet:agents", name, ...path], value);
  project.editStack(
    "local",
    (document) => {
      GATEWAYS.forEach((name, i) => {
        agent(document, name, ["port"], ports[i]);
        agent(document, name, ["model", "providers", "standin", "apiKey"], { secret: "modelKey" });
      });
      document.setIn(["config", "fleet:edge", "front", "port"], edgePort);
      agent(document, "standin", ["env"], { STANDIN_KEY: { secret: "envKey" } });
      const path = ["config", "fleet:agents", "standin", "files", "server.mjs"];
      document.setIn(path, tellingKeys(document.getIn(path) as string));
    },
    stack,
  );
  return { edgePort: edgePort! };
}

/** The stand-in server, with `GET /last-key`: the SHA-256 of the key that it was shown last. */
function tellingKeys(server: string): string {
  const health = `if (request.url === "/healthz")`;
  if (!server.includes(health)) throw new Error(`the stand-in server no longer has: ${health}`);
  const added = [
    `if (request.url === "/last-key") return response.end(lastKey);`,
    `if (request.headers["x-api-key"]) lastKey = createHash("sha256").update(request.headers["x-api-key"]).digest("hex");`,
    health,
  ];
  return `import { createHash } from "node:crypto";\nlet lastKey = "none";\n${server.replace(health, added.join("\n"))}`;
}

/** What of a container changes when it is replaced, restarted or given other limits. */
export interface ContainerFacts {
  id: string;
  startedAt: string;
  restarts: number;
  memory: number;
  image: string;
}

export function containerFacts(stack: string, entry: string): ContainerFacts {
  const { Id, State, RestartCount, HostConfig, Image } = inspect("container", `${stack}-${entry}`);
  return { id: Id, startedAt: State.StartedAt, restarts: RestartCount, memory: HostConfig.Memory, image: Image };
}

export const allFacts = (stack: string, entries = ENTRIES): Record<string, ContainerFacts> =>
  Object.fromEntries(entries.map((entry) => [entry, containerFacts(stack, entry)]));

/** Calls a gateway's tool through the proxy, by host name. */
export async function callTool(
  edgePort: number,
  host: string,
  token: string,
): Promise<{ status: number; body: unknown }> {
  const payload = JSON.stringify({ tool: "sessions_list", args: {} });
  const headers = { host, authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port: edgePort, path: "/tools/invoke", method: "POST", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: parsed(text) }));
      },
    );
    call.once("error", reject);
    call.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
