/** A failure that the user can mend. */
export class InstallError extends Error {
  fix: string;
}

/** True if node_modules holds what package-lock.json names. */
export function installed(root: string): boolean;

/** Installs the packages with `npm ci`. Rejects with InstallError. */
export function install(root: string): Promise<void>;
