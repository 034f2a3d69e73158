/** Stands in every secret value of a history, and nowhere else: it must never be met in clear. */
export const SECRET_MARK = "s3cr3t-";
/** Stands in every failure that was injected. */
export const INJECTED = "injected";
export const PARTIAL = `${INJECTED}: it is there but does not work`;
