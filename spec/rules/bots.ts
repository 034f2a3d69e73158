import type { Path } from "../fleet.js";
import { runtimes } from "../runtimes/index.js";
import { isSecretRef } from "../schema/fields.js";
import { dotted, type Rule } from "./rule.js";

/** A messenger serves one poller a bot: with two each loses messages to the other. */
export const oneBotEach: Rule = (drafts, report) => {
  const seen = new Map<string, Path>();
  for (const { path, keys } of drafts.agents) {
    const bot = keys.runtime && runtimes[keys.runtime].bot(keys);
    if (!bot || !isSecretRef(bot.token)) continue;
    const first = seen.get(bot.token.secret);
    if (first)
      report({
        path: [...path, ...bot.path],
        message: `is the bot of ${dotted(first)} too: Telegram serves one program a bot, so each agent needs its own`,
      });
    else seen.set(bot.token.secret, path);
  }
};
