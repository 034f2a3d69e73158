// Preloaded: fails a process that loads what a fast verb must not.
import { register } from "node:module";

register(
  `data:text/javascript,${encodeURIComponent(`
    export async function load(url, context, next) {
      if (/node_modules\\/(@pulumi|@grpc|dockerode)/.test(url)) throw new Error("loaded " + url);
      return next(url, context);
    }
  `)}`,
);
