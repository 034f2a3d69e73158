// Where several programs share a process, the SDK keeps its state per async context, and what serves its callbacks (transforms, hooks)
// is entered from a socket, outside of any. Without their program's context callbacks would find no state: they would, among other
// things, send secrets in clear.
const { AsyncLocalStorage } = require("node:async_hooks");

/** Has all callbacks of a program run in the context that they were registered in. `sdk`: the folder of @pulumi/pulumi. */
exports.bindCallbacks = (sdk) => {
  const { CallbackServer } = require(`${sdk}/runtime/callbacks.js`);
  const { prototype } = CallbackServer;
  if (bound.has(prototype)) return;
  bound.add(prototype);
  const contexts = new WeakMap();
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const original = prototype[name];
    if (typeof original !== "function") continue;
    if (name.startsWith("register")) {
      prototype[name] = function (...args) {
        contexts.set(this, AsyncLocalStorage.snapshot());
        return original.apply(this, args);
      };
    }
  }
  const { invoke } = prototype;
  prototype.invoke = function (...args) {
    const context = contexts.get(this);
    return context === undefined ? invoke.apply(this, args) : context(() => invoke.apply(this, args));
  };
};

const bound = new WeakSet();
