import { FleetError } from "../errors.js";

/** The status of an answer that was a refusal; undefined: it is another error. */
export const statusOf = (error: unknown): number | undefined => (error as { status?: number } | undefined)?.status;

/** Lets one kind of refusal pass as "nothing". */
export const unlessStatus =
  (status: number) =>
  (error: unknown): undefined => {
    if (statusOf(error) !== status) throw error;
  };

/** A refusal in words. The answer's own text is left out: it may repeat what was sent. */
export function explain(error: unknown, permission: string): unknown {
  const status = statusOf(error);
  if (error instanceof FleetError || status === undefined) return error;
  const { response, message } = error as {
    response?: { headers: Record<string, string | undefined> };
    message: string;
  };
  if (response === undefined) {
    return new FleetError(`GitHub cannot be reached: ${message}`, "run the job again once the network is there", 1);
  }
  if (status === 401)
    return new FleetError("GitHub does not know the token", "give the step GITHUB_TOKEN: ${{ github.token }}");
  if (response.headers["x-ratelimit-remaining"] === "0" || status === 429 || /\bsecondary rate\b/i.test(message))
    return new FleetError("GitHub's limit of requests is used up", "run the job again in an hour", 1);
  if (status === 403 || status === 404) {
    return new FleetError(
      `GitHub refuses this to the token, or has no such thing (${status})`,
      `the job needs the permission \`${permission}\``,
      1,
    );
  }
  if (status === 422) return new FleetError("GitHub does not take what it was sent (422)", undefined, 1);
  return new FleetError(`GitHub does not answer as it should (${status})`, "run the job again", 1);
}
