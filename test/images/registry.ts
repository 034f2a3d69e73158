import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import tar from "tar-stream";

/** A certificate authority of one's own, with a server certificate for localhost. */
export interface Authority {
  certificate: string;
  serverCertificate: string;
  serverKey: string;
}

export function authority(folder: string): Authority {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  openssl(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=fleet e2e root"],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  );
  openssl(
    ...["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"],
    ...["-keyout", at("server.key"), "-out", at("server.csr")],
  );
  writeFileSync(at("extensions"), "subjectAltName=DNS:localhost\n");
  openssl(
    ...["x509", "-req", "-days", "2", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key")],
    ...["-CAcreateserial", "-extfile", at("extensions"), "-out", at("server.pem")],
  );
  return { certificate: at("ca.pem"), serverCertificate: at("server.pem"), serverKey: at("server.key") };
}

export interface PrivateRegistry {
  url: string;
  token: string;
  close(): Promise<void>;
}

/**
 * An npm registry over TLS that wants a token: it has the package fleet-e2e-hello itself, and passes everything else on to the
 * registry that this machine uses.
 */
export async function startRegistry(ca: Authority, token: string): Promise<PrivateRegistry> {
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim().replace(/\/$/, "");
  const archive = await helloPackage();
  let url = "";
  const server = https.createServer(
    { cert: readFileSync(ca.serverCertificate), key: readFileSync(ca.serverKey) },
    (request, response) => {
      answer(request.url ?? "/", request.headers.authorization).then(
        ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
        (error) => response.writeHead(502).end(String(error)),
      );
    },
  );

  async function answer(path: string, authorization: string | undefined) {
    const json = (status: number, value: unknown) => ({
      status,
      type: "application/json",
      body: JSON.stringify(value),
    });
    if (authorization !== `Bearer ${token}`) return json(401, { error: "a token is needed" });
    if (path.endsWith("/fleet-e2e-hello-1.0.0.tgz")) {
      return { status: 200, type: "application/octet-stream", body: archive };
    }
    if (path === "/fleet-e2e-hello") return json(200, helloDocument(url, archive));
    const found = await fetch(`${upstream}${path}`);
    const type = found.headers.get("content-type") ?? "application/octet-stream";
    const body = Buffer.from(await found.arrayBuffer());
    // Its documents name its own address; clients must come back here.
    return {
      status: found.status,
      type,
      body: type.includes("json") ? body.toString().replaceAll(upstream, url) : body,
    };
  }

  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const MANIFEST = {
  name: "fleet-e2e-hello",
  version: "1.0.0",
  type: "module",
  bin: "hello.mjs",
  scripts: { postinstall: "node install.mjs" },
};

/** Its command says what its install script found. */
async function helloPackage(): Promise<Buffer> {
  const pack = tar.pack();
  const files = {
    "package.json": JSON.stringify(MANIFEST),
    "hello.mjs": `#!/usr/bin/env node
import { readFileSync } from "node:fs";
console.log("hello, " + readFileSync(new URL("./installed.txt", import.meta.url), "utf8"));
`,
    "install.mjs": `import { writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
const online = Object.values(networkInterfaces()).flat().some((address) => !address.internal);
writeFileSync("installed.txt", online ? "installed online" : "installed offline");
`,
  };
  for (const [name, content] of Object.entries(files)) pack.entry({ name: `package/${name}` }, content);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

function helloDocument(url: string, archive: Buffer) {
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const dist = { tarball: `${url}/fleet-e2e-hello/-/fleet-e2e-hello-1.0.0.tgz`, integrity };
  return {
    name: MANIFEST.name,
    "dist-tags": { latest: MANIFEST.version },
    versions: { [MANIFEST.version]: { ...MANIFEST, dist } },
  };
}
