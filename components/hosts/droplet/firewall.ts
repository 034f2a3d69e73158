import type { types } from "@pulumi/digitalocean";
import type { BaselineSpec } from "../../../spec/index.js";

const EVERYWHERE = ["0.0.0.0/0", "::/0"];
/** ssh, HTTP and HTTPS. */
const ALWAYS = [22, 80, 443];

/**
 * Rules of the cloud's firewall, which lets in what the host's own does and nothing else: what is in the same VPC is a stranger, too.
 */
export function firewallRules(open: BaselineSpec["open"]): {
  inboundRules: types.input.FirewallInboundRule[];
  outboundRules: types.input.FirewallOutboundRule[];
} {
  const opened = open.map((one) => (typeof one === "number" ? { port: one, protocol: "tcp" as const } : one));
  return {
    inboundRules: [...ALWAYS.map((port) => ({ port, protocol: "tcp" as const })), ...opened].map((rule) => ({
      protocol: rule.protocol,
      portRange: String(rule.port),
      sourceAddresses: "from" in rule && rule.from !== undefined ? [rule.from] : EVERYWHERE,
    })),
    outboundRules: ["tcp", "udp", "icmp"].map((protocol) => ({
      protocol,
      ...(protocol !== "icmp" && { portRange: "1-65535" }),
      destinationAddresses: EVERYWHERE,
    })),
  };
}
