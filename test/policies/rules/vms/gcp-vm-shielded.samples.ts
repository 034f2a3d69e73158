import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (config: unknown) => ({ shieldedInstanceConfig: config });
const ALL = { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true };
const settings = { secureBoot: false };

export const samples: Samples = {
  passing: [
    { name: "all on", props: of(ALL) },
    { name: "the others are on by themselves", props: of({ enableSecureBoot: true }) },
    { name: "without Secure Boot where it is not demanded", props: {}, settings },
    { name: "all on in a template", type: "gcp:compute/instanceTemplate:InstanceTemplate", props: of(ALL) },
  ],
  failing: [
    { name: "nothing said", props: {}, says: "no Secure Boot" },
    { name: "no Secure Boot", props: of({ ...ALL, enableSecureBoot: false }), says: "no Secure Boot" },
    { name: "no vTPM", props: of({ ...ALL, enableVtpm: false }), says: "vTPM" },
    { name: "no monitoring", props: of({ ...ALL, enableIntegrityMonitoring: false }), says: "integrity monitoring" },
    { name: "no vTPM where Secure Boot is not demanded", props: of({ enableVtpm: false }), settings },
    { name: "one off and one later", props: of({ ...ALL, enableSecureBoot: UNKNOWN, enableVtpm: false }) },
  ],
  unknown: [
    { name: "all later", props: of(UNKNOWN) },
    { name: "Secure Boot later", props: of({ ...ALL, enableSecureBoot: UNKNOWN }) },
  ],
};
