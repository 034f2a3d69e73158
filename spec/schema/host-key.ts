import { z } from "zod";
import { readHostKey } from "../values/host-key.js";
import { text } from "./fields.js";

const hostKey = text({
  title: "host key",
  rule: "a host's public key as ssh-keyscan prints it behind the address, such as ssh-ed25519 AAAA…",
  read: readHostKey,
});

/** The public keys by which a host is known: one, or a list. */
export const hostKeys = () => z.union([hostKey.transform((key) => [key]), z.array(hostKey).min(1)]);
