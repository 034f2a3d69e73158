// Makes Pulumi's SDK load and run faster in the process that runs a program. The program sees no difference.
//
// - What the SDK needs for rare things only is loaded when it is first used: the TypeScript compiler and npm's tree reader (both serialize
//   functions, for dynamic providers), the automation API, exporters of traces. That is three quarters of the time that it loads.
// - It keeps the stack trace of each of its promises, some twenty for a resource, formatted through source maps, and shows them only
//   under PULUMI_DEBUG_PROMISE_LEAKS: without that, none are taken.
// - It turns V8's debugger on, so that a function that cannot be serialized can be told with its place. That takes a tenth of a second,
//   as V8 tells of every script that it has, and slows down what is loaded from then on: it is turned on when a function is serialized.
// - It sends several debug messages for each resource, one at a time, which this engine does not show: they are not sent.
const Module = require("node:module");
const { join, sep } = require("node:path");

/** How a late module is taken up: as a namespace (`__importStar`), as a default (`__importDefault`), whole, or by single members. */
const NAMESPACE = { __esModule: true };
const DEFAULT = { __esModule: undefined };
const WHOLE = {};
const MEMBERS = { byMember: true };

/** File of the SDK to what it requires early and uses late. */
const LATE = {
  "index.js": { "./automation": NAMESPACE },
  "typescript-shim.js": { typescript: WHOLE },
  [join("runtime", "closure", "codePaths.js")]: { "@npmcli/arborist": NAMESPACE, "normalize-package-data": DEFAULT },
  [join("cmd", "run", "tracing.js")]: {
    "@opentelemetry/resources": MEMBERS,
    "@opentelemetry/sdk-trace-base": MEMBERS,
    "@opentelemetry/exporter-zipkin": MEMBERS,
    "@opentelemetry/instrumentation-grpc": MEMBERS,
    "@opentelemetry/sdk-trace-node": MEMBERS,
    "@opentelemetry/instrumentation": MEMBERS,
  },
};

/** File of the SDK to what is changed in it once it is loaded. */
const LIGHTER = {
  [join("log", "index.js")]: withoutDebug,
  [join("runtime", "debuggable.js")]: withoutStacks,
  [join("runtime", "closure", "v8Hooks.js")]: withLateDebugger,
};

const SDK = `${sep}${join("@pulumi", "pulumi")}${sep}`;
const lighter = new WeakSet();
const load = Module._load;

Module._load = function (request, parent, isMain) {
  const late = lateIn(request, parent?.filename);
  if (late === undefined) return lighten(Reflect.apply(load, this, [request, parent, isMain]), request, parent);
  // A package that is not there is missed at once: the SDK may have another in its place.
  const file = Module._resolveFilename(request, parent, isMain);
  if (Module._cache[file]?.loaded) return Module._cache[file].exports;
  return standIn(() => Reflect.apply(load, Module, [file, parent, false]), late);
};

function lateIn(request, filename) {
  const at = filename?.lastIndexOf(SDK) ?? -1;
  return at < 0 ? undefined : LATE[filename.slice(at + SDK.length)]?.[request];
}

function lighten(exports, request, parent) {
  if (!/(?:^|\/)(?:log|debuggable|v8Hooks)$/.test(request) || !parent?.filename?.includes(SDK)) return exports;
  if (lighter.has(exports)) return exports;
  const file = Module._resolveFilename(request, parent, false);
  const change = LIGHTER[file.slice(file.lastIndexOf(SDK) + SDK.length)];
  // Required in a circle it is not whole yet: the next one who requires it comes by here too.
  if (change === undefined || !Module._cache[file]?.loaded) return exports;
  lighter.add(exports);
  change(exports);
  return exports;
}

function withoutDebug(log) {
  if (typeof log.debug === "function") log.debug = () => Promise.resolve();
}

function withoutStacks(debuggable) {
  const { debuggablePromise } = debuggable;
  if (typeof debuggablePromise !== "function" || debuggable.debugPromiseLeaks) return;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

function withLateDebugger(hooks) {
  const { isInitializedAsync, getSessionAsync, getScriptUrl } = hooks;
  if ([isInitializedAsync, getSessionAsync, getScriptUrl].some((known) => typeof known !== "function")) return;
  const urls = new Map();
  let session;
  const open = async () => {
    const { Session } = require("node:inspector");
    const opened = new Session();
    opened.connect();
    // Before it is turned on: it begins by telling of the scripts that are there already.
    opened.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => urls.set(scriptId, url));
    await new Promise((resolve, reject) => {
      opened.post("Debugger.enable", (error) => (error ? reject(error) : resolve()));
    });
    return opened;
  };
  hooks.isInitializedAsync = async () => {};
  hooks.getSessionAsync = () => {
    session ??= open();
    return session;
  };
  hooks.getScriptUrl = (id) => urls.get(id);
}

/** Stands for the value that `make` gives, which is made when it is first needed. */
function standIn(make, { byMember = false, ...known }) {
  let value;
  const force = () => {
    value ??= make();
    return value;
  };
  return new Proxy(byMember || !known.__esModule ? () => {} : {}, {
    get: (_target, key) => {
      if (value === undefined && Object.hasOwn(known, key)) return known[key];
      // A member that is only taken out is not needed yet.
      if (value === undefined && byMember) return standIn(() => force()[key], WHOLE);
      return force()[key];
    },
    set: (_target, key, item) => Reflect.set(force(), key, item),
    has: (_target, key) => Reflect.has(force(), key),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(force()), ...Reflect.ownKeys(target)])],
    getOwnPropertyDescriptor: (target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(force(), key);
      return descriptor ? { ...descriptor, configurable: true } : Reflect.getOwnPropertyDescriptor(target, key);
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(force()),
    apply: (_target, self, args) => Reflect.apply(force(), self, args),
    construct: (_target, args) => Reflect.construct(force(), args),
  });
}
