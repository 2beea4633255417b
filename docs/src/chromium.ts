// The machine's Chromium, and what axe finds in a page that it shows.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** What takes longer than this hangs, even on a busy machine. Milliseconds. */
export const HANGS = 300_000;

/** The machine's Chromium, or the one that the variable MODEL_SIGNING_CHROMIUM names. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const names = ['chromium', 'google-chrome', 'chromium-browser'];
  const found = names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  return process.env.MODEL_SIGNING_CHROMIUM ?? found ?? null;
}

/** Chromium does not run its sandbox as root, the usual user in containers. */
const isRoot = process.getuid?.() === 0;

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [], timeout: HANGS });
}

/** What is wrong with a page as shown: broken axe rules, and content wider than the window. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  return page.evaluate(async () => {
    const view = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary: string }[] }[] }> };
      document: { documentElement: { scrollWidth: number; clientWidth: number } };
    };
    const { violations } = await view.axe.run();
    const broken = violations.map(({ id, nodes }) => {
      const [first] = nodes;
      return `${id}, ${nodes.length} times, first at ${String(first?.target)}: ${first?.failureSummary.replace(/\s+/g, ' ')}`;
    });
    const { scrollWidth, clientWidth } = view.document.documentElement;
    return scrollWidth > clientWidth
      ? [...broken, `the page is ${scrollWidth - clientWidth} pixels wider than its window`]
      : broken;
  });
}
