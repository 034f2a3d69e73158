// Where both engines enter: what runs a pack requires one CommonJS file. The rules are TypeScript, which tsx loads as CommonJS too: that
// is ready sooner than as ES modules, and shares one SDK with what runs the pack.
require("tsx/cjs");

module.exports = () => require("./index.ts").start(require);
