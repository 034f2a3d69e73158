export declare class TransportError extends Error {
  readonly fix: string;
  readonly code: string;
  constructor(message: string, fix: string, code?: string);
}
