/** What is known about a package beyond its name and version, so that a stack config need not say it. */
export interface NpmRecipe {
  /** Folders that the package keeps data in, under the user's home. A volume mounted there inherits owner and mode. */
  homeFolders?: string[];
  /** By exact version. */
  versions?: Record<string, NpmVersionRecipe>;
}

export interface NpmVersionRecipe {
  /** A package-lock.json in locks/, with its SHA-256: the same packages on every machine and on any registry. */
  lock?: { file: string; sha256: string };
  overrides?: Record<string, string>;
  /** Leaves peer dependencies that nobody asked for uninstalled (npm's --legacy-peer-deps). */
  legacyPeerDeps?: boolean;
}

export const npmRecipes: Record<string, NpmRecipe> = {
  openclaw: {
    homeFolders: [".openclaw", ".cache"],
    versions: {
      "2026.9.6": {
        lock: {
          file: "openclaw-2026.9.6/package-lock.json",
          sha256: "0b3274fe2b73896acfbf37ada073b9405b49baac63ecfa267cdcafcfdcb9e7f0",
        },
      },
      // This version asks for libsignal over ssh from a git host, and a later linkedom pulls in a package that is gone;
      // its optional peer for local models alone is 677 MB.
      "2026.2.22": {
        lock: {
          file: "openclaw-2026.2.22/package-lock.json",
          sha256: "4b5de49af6570ab4a3e257e82763bb9b20d9fe57322523f870d40ded6b3bc428",
        },
        overrides: { libsignal: "npm:libsignal-node@2.0.1", linkedom: "0.18.12" },
        legacyPeerDeps: true,
      },
    },
  },
};

/** Folders outside the home that a Debian package keeps data in; they belong to the image's user. */
export const debianFolders: Record<string, string[]> = {
  caddy: ["/data", "/config"],
};
