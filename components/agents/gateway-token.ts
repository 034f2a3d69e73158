import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { transformed } from "../transform.js";
import type { AgentContext } from "./runtime.js";

const TOKEN_CHARACTERS = 48;

/** The token that clients of a gateway must show: another one for another `rotation`. */
export function gatewayToken(
  { name, parent, transform }: Pick<AgentContext, "name" | "parent" | "transform">,
  { rotation }: { rotation: number },
): { token: pulumi.Output<string>; password: RandomPassword } {
  const password = new RandomPassword(
    ...transformed(
      transform.token,
      `${name}-token`,
      { length: TOKEN_CHARACTERS, special: false, keepers: { rotation: String(rotation) } },
      { parent },
    ),
  );
  return { token: pulumi.secret(password.result), password };
}
