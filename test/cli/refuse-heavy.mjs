// Preloaded: fails a process that loads what a fast verb must not, by import or by require.
import Module, { register } from "node:module";

register(
  `data:text/javascript,${encodeURIComponent(`
    export async function load(url, context, next) {
      if (/node_modules\\/(@pulumi|@grpc|dockerode)/.test(url)) throw new Error("loaded " + url);
      return next(url, context);
    }
  `)}`,
);

const load = Module._load;
Module._load = (request, ...rest) => {
  if (/^(@pulumi|@grpc|dockerode)\b/.test(request)) throw new Error(`loaded ${request}`);
  return load(request, ...rest);
};
