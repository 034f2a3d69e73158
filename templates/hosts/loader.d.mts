/** Where the baseline puts the loader: the one program that sudo lets the deploying user run. */
export declare const LOADER_PATH: string;
/** Python: runs, as root, the program that comes on standard input. */
export declare const LOADER: string;
