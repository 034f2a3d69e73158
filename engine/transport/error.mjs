/** A daemon that cannot be reached, in words. `code`: what kind of failure; `fix`: what to do about it, one sentence. */
export class TransportError extends Error {
  constructor(message, fix, code = "ETRANSPORT") {
    super(message);
    this.name = "TransportError";
    this.fix = fix;
    this.code = code;
  }
}
