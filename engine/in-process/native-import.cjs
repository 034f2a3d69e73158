// `import()` as Node has it, also where a test runner or bundler replaces the one in TypeScript sources.
exports.nativeImport = (url) => import(url);
