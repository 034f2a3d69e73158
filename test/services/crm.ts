import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

export type Crm = Awaited<ReturnType<typeof startCrm>>;
type Fields = Record<string, unknown>;
interface Page {
  data: Record<string, Fields[]>;
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

const running: { kill(): void }[] = [];

/** Ends every program that a test has started. */
export function endAll(): void {
  for (const one of running.splice(0)) one.kill();
}

/** A CRM in a process of its own, behind a proxy that remembers what was asked of it. */
export async function startCrm(name: string) {
  const secret = `secret-of-${name}`;
  const child = spawn(process.execPath, ["examples/crm-standin/server.mjs"], {
    env: { PATH: process.env.PATH, APP_SECRET: secret, NODE_PORT: "0", LISTEN: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const target = `http://127.0.0.1:${line.split(" ").at(-1)}`;
  const asked: { method: string; path: string; body: string }[] = [];
  const crm = {
    name,
    asked,
    key: (role: "read" | "write") => `${role}.${createHmac("sha256", secret).update(`api-key:${role}`).digest("hex")}`,
    /** Set by tests: what breaks off before it is answered, or is answered with this status. */
    fails: (_request: { method: string; body: string; count: number }): number | "breaks off" | undefined => undefined,
    url: "",
    /** Asks the CRM itself, past the proxy. */
    async list(object: string): Promise<Fields[]> {
      const records: Fields[] = [];
      for (let after = ""; ; ) {
        const page = await ask("GET", `/rest/${object}?limit=60${after}`, "read");
        records.push(...page.data[object]!);
        if (!page.pageInfo.hasNextPage) return records;
        after = `&starting_after=${page.pageInfo.endCursor}`;
      }
    },
    put: (object: string, records: Fields[]) => ask("POST", `/rest/batch/${object}?upsert=true`, "write", records),
    writes: () => asked.filter(({ method }) => method !== "GET"),
    stop: () => child.kill(),
  };
  async function ask(method: string, path: string, role: "read" | "write", body?: unknown) {
    const response = await fetch(target + path, {
      method,
      headers: { authorization: `Bearer ${crm.key(role)}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json() as Promise<Page>;
  }
  const proxy = http.createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const body = await text(request);
    asked.push({ method, path, body });
    const failure = crm.fails({ method, body, count: asked.filter((one) => one.method === method).length });
    if (failure === "breaks off") return request.socket.destroy();
    if (failure !== undefined) return response.writeHead(failure).end();
    const { authorization = "" } = headers;
    const passed = await fetch(target + path, { method, headers: { authorization }, ...(body && { body }) }).catch(
      () => undefined,
    );
    if (passed) response.writeHead(passed.status).end(await passed.text());
    else request.socket.destroy();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  running.push({ kill: () => void proxy.close() });
  crm.url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return crm;
}

const PROGRAM = "templates/services/crm-sync";

/** The program with a data folder of its own. */
export function syncInto(hub: Crm, teams: Record<string, { url: string; key: string }>, more: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-"));
  const settings = join(folder, "settings.json");
  const write = (settingsMore: object = {}) =>
    writeFileSync(
      settings,
      JSON.stringify({
        folder: join(folder, "data"),
        intervalSeconds: 1,
        hub: { url: hub.url, key: hub.key("write") },
        teams,
        ...more,
        ...settingsMore,
      }),
    );
  write();
  const start = (program: string, ...options: string[]): ChildProcess => {
    const child = spawn(process.execPath, [`${PROGRAM}/${program}`, settings, ...options], { stdio: "pipe" });
    running.push(child);
    return child;
  };
  const run = async (program: string, ...options: string[]) => {
    const child = start(program, ...options);
    const [out, error] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      child.exitCode ?? once(child, "exit"),
    ]);
    return { code: child.exitCode, said: out + error };
  };
  return {
    rewrite: write,
    start: () => start("main.mjs"),
    once: () => run("main.mjs", "--once"),
    health: () => run("health.mjs"),
    read: (name: string) => readFileSync(join(folder, "data", name), "utf8"),
    write: (name: string, value: string) => writeFileSync(join(folder, "data", name), value),
  };
}
