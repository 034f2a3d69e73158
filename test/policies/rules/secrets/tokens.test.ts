import { describe, expect, it } from "vitest";
import { isSecretName } from "../../../../policies/rules/secrets/_names.js";
import { tokenIn } from "../../../../policies/rules/secrets/_tokens.js";
import { MADE_UP, PEM_IN_BASE64, PUBLIC_PEM_IN_BASE64 } from "./_made-up.js";

describe("secrets by their form", () => {
  it.each(Object.entries(MADE_UP))("knows %s, also inside other text", (_kind, secret) => {
    expect(tokenIn(secret)).toMatch(/^(an?|the) /);
    expect(tokenIn(`{"value":"${secret}"}`)).toBe(tokenIn(secret));
  });

  it("tells their kinds apart", () => {
    const kinds = Object.values(MADE_UP).map((secret) => tokenIn(secret));
    expect(new Set(kinds).size).toBeGreaterThan(20);
    expect(tokenIn(MADE_UP.anthropic)).toBe("a key of Anthropic");
    expect(tokenIn(MADE_UP.openAi)).toBe("a key of OpenAI");
    expect(tokenIn(PEM_IN_BASE64)).toBe("a private key in base64");
  });

  it.each([
    `sha256:${"0f".repeat(32)}`,
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIB6YCkvy8E/s6ZXiaJAxSr9etwZFqGMhBgDiIg+Jk4e ops@example.com",
    "/var/lib/docker/volumes/local-ada-task-state-of-a-long-name/_data",
    "postgres://postgres@twenty-alpha-db:5432/default",
    "postgres://app:${PASSWORD}@db/app",
    "http://127.0.0.1:8080/users/a@example.org",
    "2026-11-29T10:46:56.118Z",
    "urn:pulumi:local::fleet::docker:index/container:Container::task-skip-the-rest-of-it",
    PUBLIC_PEM_IN_BASE64,
  ])("takes %s for no secret", (text) => {
    expect(tokenIn(text)).toBeUndefined();
  });
});

describe("secrets by their name", () => {
  it.each([
    ...["PASSWORD", "dbPassword", "DB_PASS", "MYSQL_PWD", "client-secret", "APP_SECRET", "TOKEN", "gateway.token"],
    ...["apiKey", "API_KEY", "OPENAI_KEY", "AWS_SECRET_ACCESS_KEY", "privateKey", "signing_key", "connectionString"],
    ...["GIT_CREDENTIALS", "passphrase", "hashed_passwd", "SlackToken", "AZURE_STORAGE_CONNECTION_STRING"],
  ])("knows %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    ...[
      "PORT",
      "KEY",
      "MONKEY",
      "PUBLIC_KEY",
      "hostKey",
      "ssh_authorized_keys",
      "POSTGRES_PASSWORD_FILE",
      "SECRET_NAME",
    ],
    ...[
      "TOKEN_TTL",
      "MAX_TOKENS",
      "tokens",
      "TOKENIZER",
      "AWS_ACCESS_KEY_ID",
      "CREDENTIALS_PATH",
      "NO_TOKEN",
      "keyboard",
    ],
    ...["PasswordAuthentication", "lock_passwd", "NOPASSWD", "TELEGRAM_CHAT_ID", "compass", "bypass", "tokenRotation"],
  ])("takes %s for no secret's", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
