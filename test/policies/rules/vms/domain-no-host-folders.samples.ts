import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (filesystem: unknown) => ({ devices: { filesystems: [filesystem] } });

export const samples: Samples = {
  passing: [
    { name: "none", props: { devices: {} } },
    { name: "read only", props: of({ source: { mount: { dir: "/srv/models" } }, readOnly: true }) },
    { name: "of memory", props: of({ source: { ram: { usage: 1024 } } }) },
  ],
  failing: [{ name: "writable", props: of({ source: { mount: { dir: "/srv" } } }), says: "write to a folder" }],
  unknown: [
    { name: "devices later", props: { devices: UNKNOWN } },
    { name: "folder later", props: of(UNKNOWN) },
    { name: "source later", props: of({ source: UNKNOWN }) },
    { name: "whether it is read only later", props: of({ source: { mount: { dir: "/srv" } }, readOnly: UNKNOWN }) },
  ],
};
