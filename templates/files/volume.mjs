import { posix } from "node:path";
import { text } from "node:stream/consumers";
import tar from "tar-stream";

/** Where a volume is mounted in the container through which it is read and written. */
const MOUNT = "/fleet-volume";

/** Folder in a volume for new files on their way to their places. One that a killed run left is removed as not declared. */
const STAGING = ".fleet-staged";

/** A Docker volume, read and written from outside. Each has its own container: a link in one can never lead into another. */
export class Volume {
  #docker;
  #container;
  #bundle;
  #owner;

  /** Fails if the volume does not exist: Docker would make one without our labels. */
  static async open(docker, bundle, spec) {
    await docker.getVolume(spec.name).inspect();
    const volume = new Volume();
    volume.spec = spec;
    volume.#docker = docker;
    volume.#bundle = bundle;
    volume.#container = await volume.#create({ Cmd: ["true"] });
    try {
      volume.#owner = await volume.#resolve(spec.owner);
    } catch (error) {
      await volume.close();
      throw error;
    }
    return volume;
  }

  #create({ ReadonlyRootfs, CapDrop, CapAdd, ...options }) {
    return this.#docker.createContainer({
      Image: this.#bundle.image,
      Labels: { ...this.#bundle.labels, "fleet.temporary": this.#bundle.container },
      NetworkDisabled: true,
      HostConfig: {
        Mounts: [{ Type: "volume", Source: this.spec.name, Target: MOUNT }],
        NetworkMode: "none",
        ReadonlyRootfs,
        CapDrop,
        CapAdd,
      },
      ...options,
    });
  }

  /** `v` takes along the nameless volumes that an image's VOLUME lines make, never a named one. */
  close() {
    return this.#container.remove({ force: true, v: true });
  }

  /** A file's text, mode and owner; undefined if there is none. */
  async read(path) {
    return (await this.#list(posix.join(MOUNT, path))).find((entry) => entry.type === "file");
  }

  /**
   * Makes the volume hold exactly the declared files and those of `besides`. Gives what it did, one line each. `approve` is
   * called before anything is changed, and prevents it by failing.
   */
  async mirror(besides, approve) {
    const { files } = this.spec;
    // The archive's first entry is the mounted folder itself.
    const there = (await this.#list(MOUNT)).map((entry) => ({
      ...entry,
      path: entry.path.split("/").slice(1).join("/"),
    }));
    const current = new Map(there.map((entry) => [entry.path, entry]));
    const wanted = Object.fromEntries(
      Object.entries(files).filter(([path, file]) => !isSame(current.get(path), file, this.#owner)),
    );
    const folders = new Set(Object.keys(files).flatMap(parents));
    const extra = there
      .filter(({ path }) => path !== "" && !(path in files) && !folders.has(path) && !besides.includes(path))
      .map((entry) => entry.path)
      // What stands in an extra folder goes with it.
      .filter((path, _, all) => !parents(path).some((parent) => all.includes(parent)));

    if (Object.keys(wanted).length > 0) await approve();
    const replaced = Object.keys(wanted).filter((path) => current.has(path));
    if (replaced.length > 0 || extra.length > 0) await this.#exchange(wanted, extra);
    else if (Object.keys(wanted).length > 0) await this.write(wanted);
    return [...Object.keys(wanted).map((path) => `written: ${path}`), ...extra.map((path) => `removed: ${path}`)];
  }

  /** Gives the volume's root folder to the owner while it is as Docker made it: empty, and root's. */
  async adopt() {
    if (!(await this.#isFresh())) return;
    await this.#put(posix.dirname(MOUNT), (pack) =>
      pack.entry({ name: posix.basename(MOUNT), type: "directory", mode: 0o700, ...this.#owner }),
    );
  }

  /**
   * Writes files. One that is there already is removed first: a program that watches it may lose sight of it, or read a part.
   */
  async write(files, owner = this.#owner) {
    const folders = [...new Set(Object.keys(files).flatMap(parents))].sort();
    await this.#put(MOUNT, (pack) => {
      // Named here, a link in the place of a folder is replaced, not followed.
      for (const name of folders) pack.entry({ name, type: "directory", mode: 0o700, ...owner });
      for (const [name, file] of Object.entries(files)) {
        pack.entry({ name, mode: Number.parseInt(file.mode, 8), mtime: new Date(), ...owner }, file.text);
      }
    });
  }

  async #put(path, fill) {
    const pack = tar.pack();
    fill(pack);
    pack.finalize();
    await this.#container.putArchive(pack, { path });
  }

  /** Everything at and below a path of the container, which the archive of it names. */
  async #list(path) {
    const archive = await this.#archive(path);
    if (!archive) return [];
    const entries = [];
    const extract = tar.extract();
    archive.pipe(extract);
    for await (const entry of extract) {
      const { name, type, mode, uid, gid } = entry.header;
      entries.push({ path: name.replace(/\/$/, ""), type, mode: mode & 0o7777, uid, gid, text: await text(entry) });
    }
    return entries;
  }

  /** Reads no further than the second entry: the volume may be large. */
  async #isFresh() {
    const archive = await this.#archive(MOUNT);
    const extract = tar.extract();
    archive.pipe(extract);
    const headers = [];
    try {
      for await (const entry of extract) {
        headers.push(entry.header);
        if (headers.length > 1) break;
        entry.resume();
      }
    } finally {
      archive.destroy();
    }
    return headers.length === 1 && headers[0].uid === 0;
  }

  /** A user as numbers, by the image's own list where it is a name; without one, the image's own user. */
  async #resolve(owner) {
    const user = owner ?? ((await this.#docker.getImage(this.#bundle.image).inspect()).Config.User || "0");
    const [name, group] = user.split(":");
    const passwd = (await this.#list("/etc/passwd"))[0]?.text ?? "";
    const line = passwd
      .split("\n")
      .map((l) => l.split(":"))
      .find((l) => l[0] === name || l[2] === name);
    const uid = Number(/^\d+$/.test(name) ? name : line?.[2]);
    if (!Number.isInteger(uid)) throw new Error(`the image has no user ${name}; give its number instead`);
    // Docker's own rule: without a group, the user's, or root's for a number that the image does not know.
    return { uid, gid: Number(group ?? line?.[3] ?? 0) };
  }

  async #archive(path) {
    try {
      return await this.#container.getArchive({ path });
    } catch (error) {
      if (error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /**
   * Puts files in the place of others by renaming, so that who reads or watches them sees the old text, then the new; and
   * removes files and folders. The archive endpoint can do neither, so the image's own shell does. With an image that
   * has none, files are written over, and those to be removed emptied: what they said is gone either way.
   */
  async #exchange(files, gone) {
    const names = Object.keys(files);
    const staged = Object.fromEntries(names.map((path, i) => [`${STAGING}/${i}`, files[path]]));
    await this.#put(MOUNT, (pack) => {
      for (const name of new Set(names.flatMap(parents)))
        pack.entry({ name, type: "directory", mode: 0o700, ...this.#owner });
    });
    await this.write(staged);
    const script = [
      "set -e",
      `cd ${MOUNT}`,
      ...names.map((path, i) => `mv -f -- ${STAGING}/${i} ${quote(path)}`),
      ["rm -rf --", STAGING, ...gone.map(quote)].join(" "),
    ].join("\n");
    if (await this.#run(["sh", "-c", script])) return;

    await this.write(files);
    const list = (await this.#list(MOUNT))
      .filter((entry) => entry.type === "file")
      .map((entry) => withoutTop(entry.path));
    const stale = list.filter((path) => [STAGING, ...gone].some((one) => path === one || path.startsWith(`${one}/`)));
    await this.write(Object.fromEntries(stale.map((path) => [path, { text: "", mode: "0600" }])));
  }

  /** Runs a command of the image on the volume. False if the image has no such command; fails if the command fails. */
  async #run(command) {
    const runner = await this.#create({
      Entrypoint: command,
      Cmd: [],
      User: "0:0",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      // Root, but bound to the rights of files like anybody: these belong to the container's user.
      CapAdd: ["DAC_OVERRIDE"],
    });
    try {
      try {
        await runner.start();
      } catch (error) {
        // Docker's answer to a program that is not there: 400 or 404 with the runtime's words.
        if (/executable file not found|no such file or directory/i.test(error.json?.message ?? error.message))
          return false;
        throw error;
      }
      const { StatusCode } = await runner.wait();
      if (StatusCode !== 0) throw new Error(`${command[0]} in ${this.spec.name} ended with status ${StatusCode}`);
      return true;
    } finally {
      await runner.remove({ force: true, v: true }).catch(() => {});
    }
  }
}

const quote = (path) => `'${path.replaceAll("'", `'\\''`)}'`;

/** The path of an archive's entry below the folder that the archive is of. */
const withoutTop = (path) => path.split("/").slice(1).join("/");

/** `a/b/c` gives `a`, `a/b`. */
function parents(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

function isSame(there, file, owner) {
  return (
    there?.type === "file" &&
    there.text === file.text &&
    there.mode === Number.parseInt(file.mode, 8) &&
    there.uid === owner.uid &&
    there.gid === owner.gid
  );
}
