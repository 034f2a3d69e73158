import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";
import { MADE_UP, PEM_IN_BASE64, PUBLIC_PEM_IN_BASE64 } from "./_made-up.js";

const service = "docker:index/service:Service";
const group = "azure-native:containerinstance:ContainerGroup";
const run = "gcp:cloudrunv2/service:Service";
const inTask = (containerSpec: object) => ({ taskSpec: { containerSpec } });
const settings = { allowedNames: ["ANTHROPIC_API_KEY", "token"] };

export const samples: Samples = {
  passing: [
    { name: "nothing", props: {} },
    {
      name: "an OpenClaw agent of ours",
      props: {
        command: ["openclaw", "gateway", "run"],
        envs: ["HOME=/home/node", "OPENCLAW_CONFIG_PATH=/config/openclaw.json", "OPENCLAW_NO_RESPAWN=1"],
        labels: [
          { label: "fleet.entry", value: "ada" },
          { label: "fleet.stack", value: "local" },
        ],
      },
    },
    {
      name: "a database of ours",
      props: {
        envs: [
          "POSTGRES_DB=default",
          "POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password",
          "POSTGRES_USER=postgres",
        ],
      },
    },
    {
      name: "a CRM of ours",
      props: {
        entrypoints: ["sh", "-c", 'set -a; . /run/secrets/tez.env; set +a; exec "$@"', "tez-relay"],
        envs: ["PGPASSFILE=/run/secrets/pgpass", "PG_DATABASE_URL=postgres://postgres@twenty-db:5432/default"],
      },
    },
    { name: "a key that is none", props: { envs: ["ANTHROPIC_API_KEY=no-key-needed"] } },
    { name: "a key of no value", props: { envs: ["ANTHROPIC_API_KEY=", "API_TOKEN"] } },
    {
      name: "about secrets",
      props: { envs: ["MAX_TOKENS=8192", "TOKEN_TTL=3600", "SECRET_NAME=crm", "USE_PASSWORD=true", "NO_TOKEN=x1y2"] },
    },
    { name: "where the secret is", props: { envs: ["API_KEY=${API_KEY}", "DB_PASSWORD=/run/secrets/db"] } },
    { name: "public keys", props: { envs: [`GATHER_PUBLIC_KEY=${PUBLIC_PEM_IN_BASE64}`, "SSH_KEY=ssh-ed25519 AAAA"] } },
    {
      name: "Traefik's labels",
      props: { labels: [{ label: "traefik.http.routers.claw-a.tls.certresolver", value: "cf" }] },
    },
    { name: "allowed by the settings", props: { envs: [`ANTHROPIC_API_KEY=${MADE_UP.anthropic}`] }, settings },
    { name: "an option that is allowed", props: { command: ["serve", "--token", MADE_UP.gitHub] }, settings },
    { name: "an option that names a file", props: { command: ["serve", "--password-file", "/run/secrets/pw"] } },
    { name: "a secret of a service", type: service, props: inTask({ env: { KEY_FILE: "/run/secrets/key" } }) },
    {
      name: "a vault's secret on Cloud Run",
      type: run,
      props: {
        template: {
          containers: [{ envs: [{ name: "API_KEY", valueSource: { secretKeyRef: { secret: "api-key" } } }] }],
        },
      },
    },
    {
      name: "a value that Azure hides",
      type: group,
      props: { containers: [{ name: "agent", environmentVariables: [{ name: "API_KEY", secureValue: "hidden" }] }] },
    },
  ],
  failing: [
    {
      name: "by the variable's name",
      props: { envs: ["CRM_PASSWORD=correct horse"] },
      says: "the variable CRM_PASSWORD is named like a secret",
    },
    { name: "a key by its name", props: { envs: ["PORT=1", "ACME_KEY=q1w2e3"] }, says: "ACME_KEY" },
    { name: "by its form", props: { envs: [`SETTING=${MADE_UP.anthropic}`] }, says: "holds a key of Anthropic" },
    {
      name: "a private key in base64",
      props: { envs: [`GATHER_PRIVATE_KEY=${PEM_IN_BASE64}`] },
      says: "a private key",
    },
    { name: "in a URL", props: { envs: [`DATABASE_URL=${MADE_UP.url}`] }, says: "a password in a URL" },
    {
      name: "in a label",
      props: { labels: [{ label: "traefik.http.middlewares.x.basicauth.users", value: `admin:${MADE_UP.hash}` }] },
      says: "the hash of a password",
    },
    { name: "in a log option", props: { logOpts: { "splunk-token": "q1w2e3" } }, says: "the log option splunk-token" },
    { name: "as an option", props: { command: ["serve", "--token=q1w2e3r4"] }, says: "token is named like a secret" },
    {
      name: "as an option's next word",
      props: { command: ["serve", "--api-key", "q1w2e3r4"] },
      says: "the option api-key is named like a secret",
    },
    {
      name: "in a line for the shell",
      props: { entrypoints: ["sh", "-c", "export API_KEY=q1w2e3r4; exec serve"] },
      says: "API_KEY",
    },
    {
      name: "in the health check",
      props: { healthcheck: { tests: ["CMD-SHELL", `curl -H "Authorization: Bearer ${MADE_UP.jwt}" localhost`] } },
      says: "a signed token",
    },
    { name: "one that is not among those allowed", props: { envs: ["OPENAI_API_KEY=q1w2e3"] }, settings },
    { name: "beside what is known later", props: { envs: [UNKNOWN, "API_KEY=q1w2e3"] }, says: "API_KEY" },
    { name: "a service's variable", type: service, props: inTask({ env: { API_KEY: "q1w2e3" } }) },
    { name: "a service's words", type: service, props: inTask({ args: ["--password", "q1w2e3"] }) },
    {
      name: "on Cloud Run",
      type: run,
      props: { template: { containers: [{ envs: [{ name: "API_KEY", value: "q1w2e3" }] }] } },
    },
    {
      name: "in a group of Azure's",
      type: group,
      props: { containers: [{ name: "agent", environmentVariables: [{ name: "API_KEY", value: "q1w2e3" }] }] },
    },
  ],
  unknown: [
    { name: "all variables", props: { envs: UNKNOWN } },
    { name: "one variable", props: { envs: ["PORT=1", UNKNOWN] }, says: "envs[1]" },
    { name: "a label's value", props: { labels: [{ label: "owner", value: UNKNOWN }] }, says: "the label owner" },
    { name: "a word of the command", props: { command: ["serve", "--token", UNKNOWN] }, says: "command[2]" },
    { name: "a service's task", type: service, props: { taskSpec: UNKNOWN } },
    { name: "a service's variable's value", type: service, props: inTask({ env: { PORT: UNKNOWN } }), says: "PORT" },
    { name: "a container on Cloud Run", type: run, props: { template: { containers: [UNKNOWN] } } },
  ],
};
