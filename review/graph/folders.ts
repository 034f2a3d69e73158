import type { ReviewedResource } from "../types.js";
import type { Places } from "./places.js";
import { maps, text } from "./tree.js";

/** Mounted for what they say or do, and not for what is kept in them. */
const NO_DATA = /^\/(run|var\/run|proc|sys|dev)(\/|$)|\.sock$/;

/** Adds the folders of machines that hold the data of agents and services: one for each, where all that they write has a folder in common. */
export function addFolders(places: Places): void {
  const { builder, tree } = places;
  const written = new Map<string, Set<string>>();
  for (const container of tree.resources) {
    const owner = container.type === "docker:index/container:Container" ? places.ownerOf(container) : undefined;
    if (owner === undefined) continue;
    const paths = written.get(owner.id) ?? new Set();
    for (const path of writablePaths(container)) paths.add(path);
    if (paths.size > 0) written.set(owner.id, paths);
  }
  for (const [owner, all] of written) {
    const machine = places.machineAround(owner);
    const paths = outermost([...all]);
    const common = commonFolder(paths);
    for (const path of common === undefined ? paths : [common]) {
      const inside = paths.filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1));
      const id = builder.add({
        id: `folder:${machine}${path}`,
        kind: "folder",
        label: path,
        detail: inside.length > 0 ? inside.join(", ") : "folder of the machine",
        parent: machine,
        facts: { Path: path, Within: inside.join(", ") || undefined },
      });
      builder.relate(owner, "stores", id, "keeps data in");
      relateToDisk(id, path, machine, places);
    }
  }
}

function writablePaths({ inputs }: ReviewedResource): string[] {
  return maps(inputs.volumes).flatMap(({ hostPath, readOnly }) => {
    const path = text(hostPath);
    return path === undefined || readOnly === true || NO_DATA.test(path) ? [] : [path.replace(/\/+$/, "")];
  });
}

/** Without those that are in others of them. */
const outermost = (paths: string[]) => paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));

/** What all of them are in, if that says something: `/opt` would not. */
function commonFolder(paths: string[]): string | undefined {
  const [first = [], ...others] = paths.map((path) => path.split("/"));
  let length = paths.length === 1 ? first.length : first.length - 1;
  for (const other of others) {
    while (length > 0 && first.slice(0, length).join("/") !== other.slice(0, length).join("/")) length--;
  }
  return length >= 3 ? first.slice(0, length).join("/") : undefined;
}

/** A folder is on the disk that is mounted nearest above it. */
function relateToDisk(id: string, path: string, machine: string | undefined, { builder }: Places): void {
  const mounted = builder
    .of("disk")
    .filter(({ parent }) => parent === machine)
    .map((disk) => ({ disk, at: disk.facts.find(([name]) => name === "Mounted at")?.[1] }))
    .filter(({ at }) => at !== undefined && (path === at || path.startsWith(`${at}/`)))
    .sort((a, b) => b.at!.length - a.at!.length)[0];
  builder.relate(id, "stores", mounted?.disk.id, "lies on");
}
