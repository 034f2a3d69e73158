import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { archiveHash, assetHash } from "../../../engine/assets/hash.js";
import { withRemoteHashes } from "../../../engine/assets/remote.js";
import { Archive, Asset, Secret } from "../../../engine/index.js";

let root: string;
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "assets-"));
  const long = "a-very-long-directory-name-that-goes-on-and-on-and-on-and-on-and-on";
  write("site/deep/page.html", "one");
  write(`site/${long}/and-another-very-long-one-below-it-that-goes-on/file-with-a-name.txt`, "two");
  write("site/.pulumi/x", "no");
  write("site/Zed", "z");
  write("site/deep.txt", "y");
  write("file.txt", "content");
  symlinkSync("../file.txt", join(root, "site/link"));
  symlinkSync("deep", join(root, "site/dirlink"));
  mkdirSync(join(root, "empty"));
  write("weird/ünï-код.txt", "x");
  write(`weird/${"n".repeat(120)}.txt`, "long");
  write("weird/sp ace", "");
  write(`weird/${"é".repeat(60)}/${"ü".repeat(50)}`, "deepuni");
  writeFileSync(join(root, "weird/big"), Buffer.from(Array.from({ length: 1280 }, (_, index) => index % 256)));
  cpSync(join(import.meta.dirname, "recordings"), root, { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Hashes that Pulumi 3.260 wrote into a state for the same files. */
const RECORDED = {
  empty: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
  site: "8c405fea80c804cfa9b86f11ac6a699163177b359addab6fc8578b3229918a2f",
  weird: "53a416ea066a3dc97db036c73d619b31c5dead87a43eefa4ae324d936dbfc5bb",
  "t.tar": "cd735001a4b069b705985e829ed16fe4f7b43c42995c7d886392d181e72b4552",
  "z.zip": "04b326bd5e58ee53d0f13a0b8d0b4c9d8d3fda63c9b490f47c3a0b2b0638f86e",
};
const MIXED = "e58bd8d4fc3ba776a65fc8a049b8d644d12ec12d96e7af8b1631881fb639879a";
const MEMBERS = "8871f29075fa6fddf26b5d1c815844a029f966b61f6d1ed8d6b96f944dae4216";
const REMOTES = "30871f3dda3db252168031f4203a0a4d411b643df10f29b21ccb2606131d59f6";
const FILE = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";

const folder = (path: string) => new Archive({ path });
const text = (value: string) => new Asset({ text: value });

describe("hashes of archives", () => {
  it.each(Object.entries(RECORDED))("of %s is Pulumi's", (path, hash) => {
    expect(archiveHash({ path }, root)).toBe(hash);
  });

  it("of maps of assets are Pulumi's, with folders and archive files unpacked into them", () => {
    const mixed = {
      b: new Asset({ path: "file.txt" }),
      a: text("aa"),
      "dir/": folder("site"),
      nested: new Archive({ assets: { "x/../y": text("y") } }),
    };
    expect(archiveHash({ assets: mixed }, root)).toBe(MIXED);
    const members = { tar: folder("t.tar"), tgz: folder("t.tgz"), zip: folder("z.zip") };
    expect(archiveHash({ assets: members }, root)).toBe(MEMBERS);
    expect(assetHash({ path: "file.txt" }, root)).toBe(FILE);
  });

  it("of what is elsewhere are of its content, at any depth", async () => {
    const uri = (name: string) => pathToFileURL(join(root, name)).href;
    const remotes = new Archive({
      assets: { f: new Asset({ uri: uri("file.txt") }), z: new Archive({ uri: uri("z.zip") }) },
    });
    expect(archiveHash(remotes.content, root)).toBeUndefined();
    const signal = new AbortController().signal;
    const map = { list: [{ remotes }, new Secret(new Asset({ uri: uri("file.txt") }))], plain: 1 };
    const found = await withRemoteHashes(map, root, signal);
    const [first, second] = found.list as [{ remotes: Archive }, Secret];
    expect(first.remotes.hash).toBe(REMOTES);
    expect(first.remotes.content.assets?.f?.hash).toBe(FILE);
    expect((second.value as Asset).hash).toBe(FILE);

    let body = "content";
    const server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith("/file.txt") ? 200 : 404;
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asset = async (address: string) =>
      (await withRemoteHashes({ a: new Asset({ uri: address }) }, root, signal)).a;
    expect(await asset(`${base}/file.txt`)).toMatchObject({ hash: FILE });
    body = "changed";
    expect(await asset(`${base}/file.txt`)).not.toMatchObject({ hash: FILE });
    await expect(asset(`${base}/none?key=hush`)).rejects.toThrow(
      /127\.0\.0\.1:\d+\/none cannot be fetched: the server says 404/,
    );
    await expect(asset(`${base}/none?key=hush`)).rejects.not.toThrow(/hush/);
    await expect(asset("ftp://host/file")).rejects.toThrow(/ftp: is not known/);
    server.close();
    await expect(asset(`${base}/file.txt`)).rejects.toThrow(/cannot be fetched: fetch failed/);
    await expect(withRemoteHashes({ a: new Archive({ uri: uri("file.txt") }) }, root, signal)).rejects.toThrow(
      /is no archive/,
    );
  });

  it("is refused for what is no archive", () => {
    expect(() => archiveHash({ path: "file.txt" }, root)).toThrow(/neither a folder nor a \.tar/);
    writeFileSync(join(root, "bad.zip"), "not a zip file at all");
    expect(() => archiveHash({ assets: { z: folder("bad.zip") } }, root)).toThrow(
      /bad\.zip cannot be read: it is no zip file/,
    );
  });
});
