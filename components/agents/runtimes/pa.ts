import * as pulumi from "@pulumi/pulumi";
import { isSecretRef, type PaAgentSpec } from "../../../spec/index.js";
import { renderDotenv } from "../../../templates/files/dotenv.js";
import { renderGitConfig } from "../../../templates/git/gitconfig.js";
import type { HostFile } from "../../../templates/hosts/bundle.js";
import { type McpServer, mcporterConfig } from "../../../templates/mcporter/config.js";
import { formatFor, literal, renderOpenClawConfig } from "../../../templates/openclaw/config.js";
import type { Gateway, JsonObject } from "../../../templates/openclaw/gateway.js";
import { merge } from "../../../templates/openclaw/merge.js";
import { paSettings } from "../../../templates/openclaw/pa.js";
import { checkConfig, type PaHost, type PaImage, takeUp } from "../../../templates/openclaw/pa-host.js";
import { workspaceFile } from "../../../templates/workspaces/workspace.js";
import { envList, type HealthCheck, hardenedContainer, startSeconds } from "../../containers.js";
import { HostFiles } from "../../host-files.js";
import { resolveSecrets } from "../../secrets.js";
import { gatewayToken } from "../gateway-token.js";
import { specOf } from "../in-container.js";
import type { AgentContext, Runtime } from "../runtime.js";

/** Home of the image's user `node`. */
const HOME = "/home/node";
const STATE = `${HOME}/.openclaw`;
const WORKSPACE = `${STATE}/workspace`;
const MCPORTER = `${HOME}/.mcporter`;

/** Seconds that a gateway gets to finish the turns it is in: newer ones wait up to 315 s for them, and 10 s more. */
const STOP_SECONDS = 330;

/** Says of every version whether openclaw.json can be read: one that cannot makes it fail. */
const READ_ONE_KEY = ["config", "get", "gateway.mode"];

/**
 * A personal assistant: an OpenClaw gateway in its machine's own network, with a folder of the machine as its memory. The gateway may edit
 * its openclaw.json, and what the fleet says there is put back. SOUL.md is a file of root's outside that folder, mounted read-only over a
 * folder that is a mount itself: what is mounted can be neither written nor renamed nor deleted from inside.
 */
const pa: Runtime = (context) => {
  const spec = specOf(context, "pa");
  const { name, parent, owner, machine, transform } = context;
  const format = formatFor(spec.version);
  const { token, password } = gatewayToken(context, spec.token);
  const { folder } = spec;
  const host: PaHost = { container: spec.container, data: `${folder}/data`, stateDir: STATE, port: spec.port };
  const health: HealthCheck = { tests: ["CMD", ...format.health(spec.port)], ...spec.health };

  const image = context.image.apply(
    (id): PaImage => ({
      id,
      program: programOf(spec),
      user: spec.hardening.user!,
      ...(format.migrate && { migrate: format.migrate }),
    }),
  );

  const files = new HostFiles(
    `${name}-files`,
    {
      machine,
      owner,
      files: filesOf(context, spec, token),
      checks: image.apply((image) => [checkConfig(host, image, format.validate?.slice(1) ?? READ_ONE_KEY)]),
      afterwards: image.apply((image) => [takeUp(host, image, startSeconds(health))]),
      transform: transform.delivery,
    },
    { parent },
  );

  const plain = Object.entries(spec.env).filter((entry): entry is [string, string] => !isSecretRef(entry[1]));
  const { container, limits } = hardenedContainer(
    name,
    {
      machine,
      owner,
      container: spec.container,
      hostname: owner.entry,
      image: context.image,
      command: spec.command,
      envs: envList({
        OPENCLAW_PREFER_PNPM: "1",
        NODE_ENV: "production",
        // A restart within the process, such as for a new token: an ordinary one would end the container.
        OPENCLAW_NO_RESPAWN: "1",
        ...Object.fromEntries(plain),
      }),
      labels: context.labels,
      ...spec.hardening,
      resources: spec.resources,
      volumes: [],
      machineFiles: [
        { source: host.data, path: STATE, readOnly: false },
        // Mounts of their own, though they lie in what is mounted: so none of them can be moved away.
        { source: `${host.data}/workspace`, path: WORKSPACE, readOnly: false },
        { source: `${folder}/SOUL.md`, path: `${WORKSPACE}/SOUL.md`, readOnly: true },
        { source: `${folder}/mcporter`, path: MCPORTER, readOnly: false },
        { source: `${folder}/mcporter.json`, path: `${MCPORTER}/mcporter.json`, readOnly: true },
        ...(spec.git
          ? GIT_FILES.map((file) => ({ source: `${folder}/${file}`, path: `/etc/${file}`, readOnly: true }))
          : []),
      ],
      ports: [],
      health,
      stopSeconds: STOP_SECONDS,
      transform: { container: transform.container, limits: transform.limits },
    },
    { parent, dependsOn: [files] },
  );

  return {
    container: container.name,
    address: pulumi.interpolate`http://${machine.address}:${spec.port}`,
    volumes: {},
    token,
    nodes: { container, ...(limits && { limits }), files, token: password },
  };
};

export default pa;

/** What starts OpenClaw's command line in the image: the container's command up to the word `gateway`. */
function programOf({ command }: PaAgentSpec): string[] {
  const end = command.indexOf("gateway");
  return end > 0 ? command.slice(0, end) : ["openclaw"];
}

/** Every folder and file of a PA on its machine. */
function filesOf(
  context: AgentContext,
  spec: PaAgentSpec,
  token: pulumi.Output<string>,
): Record<string, pulumi.Input<HostFile>> {
  const { folder, name, hardening } = spec;
  const { secrets } = context;
  const owner = hardening.user;
  const data = `${folder}/data`;
  const text = (text: pulumi.Input<string>, file: Omit<HostFile, "text">): pulumi.Output<HostFile> =>
    pulumi.output(text).apply((text) => ({ text, ...file }));

  const offered: Record<string, pulumi.Input<string>> = {
    "IDENTITY.md": spec.identity ?? workspaceFile("pa-default", "IDENTITY.md", { name }),
    "AGENTS.md": workspaceFile("pa-default", "AGENTS.md", { name }),
  };
  for (const [path, value] of Object.entries(spec.workspace.files)) offered[path] = resolveSecrets(value, secrets);

  return {
    [folder]: { mode: "0755" },
    ...(spec.git && gitFiles(spec, spec.git, context)),
    // Another image is something to make the data ready for, even where no other file is to change.
    [`${folder}/image`]: text(
      context.image.apply((id) => `${id}\n`),
      { mode: "0644" },
    ),
    [`${folder}/SOUL.md`]: text(spec.soul ?? workspaceFile("pa-default", "SOUL.md", { name }), { mode: "0644" }),
    [data]: { owner, mode: "0700" },
    [`${data}/openclaw.json`]: text(config(context, spec, token), { owner, mode: "0600", policy: "merge" }),
    [`${data}/.env`]: text(dotenv(context, spec), { owner, mode: "0600" }),
    [`${data}/workspace`]: { owner, mode: "0755" },
    ...foldersOf(`${data}/workspace`, Object.keys(offered), { owner, mode: "0755", policy: "offer" }),
    ...Object.fromEntries(
      Object.entries(offered).map(([path, value]) => [
        `${data}/workspace/${path}`,
        text(value, { owner, mode: "0644", policy: "offer" }),
      ]),
    ),
    [`${folder}/mcporter`]: { owner, mode: "0700" },
    [`${folder}/mcporter.json`]: text(mcporter(context, spec), { owner, mode: "0600" }),
  };
}

/** What git reads for everybody in the container. */
const GIT_FILES = ["gitconfig", "git-credentials"] as const;

/** Root's: the PA's user may read the credentials and change nothing of it. */
function gitFiles(
  { folder, hardening }: PaAgentSpec,
  { credentials, blocked }: NonNullable<PaAgentSpec["git"]>,
  { secrets }: AgentContext,
): Record<(typeof GIT_FILES)[number] | string, pulumi.Input<HostFile>> {
  const [, group] = hardening.user!.split(":");
  return {
    [`${folder}/gitconfig`]: { text: renderGitConfig(blocked), mode: "0644" },
    [`${folder}/git-credentials`]: resolveSecrets({ credentials }, secrets).apply(({ credentials }) => ({
      text: `${credentials.trimEnd()}\n`,
      owner: `0:${group}`,
      mode: "0440",
    })),
  };
}

/** Folders on the way to files: they are to be the PA's, and made by the delivery they would be root's. */
function foldersOf(root: string, files: string[], folder: HostFile): Record<string, HostFile> {
  const folders = files.flatMap((file) => {
    const parts = file.split("/").slice(0, -1);
    return parts.map((_part, index) => `${root}/${parts.slice(0, index + 1).join("/")}`);
  });
  return Object.fromEntries(folders.map((path) => [path, folder]));
}

function config(
  { secrets, url }: AgentContext,
  spec: PaAgentSpec,
  token: pulumi.Output<string>,
): pulumi.Output<string> {
  const { primary, fallbacks, providers } = spec.model;
  const { anthropic, brave, openai } = spec.keys;
  return pulumi
    .all([
      token,
      resolveSecrets(
        { providers, settings: spec.settings as object, anthropic, brave, bot: spec.telegram?.bot },
        secrets,
        literal,
      ),
    ])
    .apply(([token, { providers, settings, anthropic, brave, bot }]) => {
      const own = paSettings(spec.version, {
        anthropicKey: anthropic,
        braveKey: brave,
        openai: openai !== undefined,
        browser: spec.browser === false ? undefined : spec.browser,
        ...(spec.telegram && { telegram: { botToken: bot, allowFrom: spec.telegram.allowFrom ?? [] } }),
      });
      return renderOpenClawConfig(spec.version, {
        port: spec.port,
        token,
        // The edge runs on the machine itself.
        trustedProxies: ["127.0.0.1"],
        allowedOrigins: [
          `http://127.0.0.1:${spec.port}`,
          `http://localhost:${spec.port}`,
          ...(url === undefined ? [] : [url]),
        ],
        stateDir: STATE,
        workspace: WORKSPACE,
        model: { primary, fallbacks, providers },
        channels: {},
        settings: merge(own, settings as JsonObject),
      } as Gateway);
    });
}

/** Variables with secrets in them: a container's own environment is shown to everybody who may ask Docker. */
function dotenv({ name, secrets }: AgentContext, { env, keys }: PaAgentSpec): pulumi.Output<string> {
  const hidden = Object.entries(env).filter(([, value]) => isSecretRef(value));
  const variables = { ...(keys.openai && { OPENAI_API_KEY: keys.openai }), ...Object.fromEntries(hidden) };
  return resolveSecrets(variables, secrets).apply((variables) => {
    try {
      return renderDotenv(variables as Record<string, string>);
    } catch (error) {
      throw new pulumi.RunError(`${name}: ${(error as Error).message}, and the gateway's .env cannot hold that`);
    }
  });
}

const mcporter = ({ secrets }: AgentContext, { mcp }: PaAgentSpec): pulumi.Output<string> =>
  resolveSecrets(mcp, secrets).apply((servers) => mcporterConfig(servers as Record<string, McpServer>));
