import { spawnSync } from "node:child_process";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const program = PROGRAMS.map((name) =>
  spawnSync("sh", ["-c", 'command -v "$0"', name], { encoding: "utf8" }).stdout.trim(),
).find((path) => path !== "");

export const noBrowser = program === undefined ? "no Chromium (Debian: chromium)" : undefined;

/** Without its own sandbox, which root may not use. */
export const startBrowser = (): Promise<Browser> =>
  puppeteer.launch({
    executablePath: program!,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"],
  });

/** A page, and all that it should not do: complain, ask for anything beside itself, or open a dialog. */
export async function openPage(
  browser: Browser,
  size = { width: 1440, height: 1000 },
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage();
  await page.setViewport(size);
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== page.url() && !url.startsWith("data:") && !request.isNavigationRequest())
      faults.push(`asks for ${url}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`opens a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, faults };
}
