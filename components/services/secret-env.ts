import * as pulumi from "@pulumi/pulumi";
import { envFile, unsafeInEnvFile } from "../../templates/services/env-file.js";

/** A file of variables, for a service's entry; fails for a value that such a file cannot hold, and never shows one. */
export function secretEnvFile(entry: string, values: pulumi.Output<Record<string, string>>): pulumi.Output<string> {
  return values.apply((values) => {
    const [unsafe] = unsafeInEnvFile(values);
    if (unsafe === undefined) return envFile(values);
    throw new pulumi.RunError(
      `services.${entry}: the value of ${unsafe} has a quote, backslash, dollar sign or line break, which a .env file cannot hold: ` +
        "use another value",
    );
  });
}
