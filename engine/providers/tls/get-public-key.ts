import { Secret } from "../../values.js";
import type { Invoke } from "../shared/local-provider.js";
import { algorithmOf, parsePrivateKey, publicKeyOutputs } from "./keys.js";

/** `tls.getPublicKey`: the public half of one private key, given in either form. */
export const getPublicKey: Invoke = async (args, fail) => {
  const given = ["privateKeyPem", "privateKeyOpenssh"].filter((key) => typeof args[key] === "string");
  const [property] = given;
  if (property === undefined || given.length > 1) {
    fail("privateKeyPem", "give either privateKeyPem or privateKeyOpenssh");
    return {};
  }
  try {
    const pem = String(args[property]);
    const key = parsePrivateKey(pem);
    return { ...publicKeyOutputs(key), algorithm: algorithmOf(key), [property]: new Secret(pem) };
  } catch (error) {
    fail(property, (error as Error).message);
    return {};
  }
};
