// The browsers of the machine.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import puppeteer from 'puppeteer-core';

/** A page in a browser, as far as both libraries agree. */
export interface OpenPage extends AsyncDisposable {
  readonly browser: string;
  /** For what only playwright can do. */
  readonly chromium?: Page;
  goto(url: string): Promise<unknown>;
  /** Chooses files for the only input of the page. */
  choose(files: readonly string[]): Promise<void>;
  /** The value of an expression, which may be a promise. */
  evaluate(expression: string): Promise<unknown>;
}

/** What takes longer than this hangs, even on a busy machine. Milliseconds. */
const HANGS = 600_000;

/** Browsers do not run their sandbox as root, the usual user in containers. */
const isRoot = process.getuid?.() === 0;

function findProgram(variable: string, names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  return process.env[variable] ?? found ?? null;
}

export const findChromium = () =>
  findProgram('MODEL_SIGNING_CHROMIUM', ['chromium', 'google-chrome', 'chromium-browser']);
export const findFirefox = () => findProgram('MODEL_SIGNING_FIREFOX', ['firefox-esr', 'firefox']);

export const launchChromium = (executablePath: string) =>
  chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [], timeout: HANGS });

export async function openChromium(executablePath: string): Promise<OpenPage> {
  const browser = await launchChromium(executablePath);
  const page = await browser.newPage();
  page.setDefaultTimeout(HANGS);
  return {
    browser: `Chromium ${browser.version()}`,
    chromium: page,
    goto: (url) => page.goto(url),
    choose: (files) => page.setInputFiles('input', [...files]),
    evaluate: (expression) => page.evaluate(expression),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Firefox speaks WebDriver BiDi. It needs a home folder that it may write to. */
export async function openFirefox(executablePath: string): Promise<OpenPage> {
  const home = mkdtempSync(path.join(tmpdir(), 'firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    protocolTimeout: HANGS,
    timeout: HANGS,
    env: { ...process.env, HOME: home },
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(HANGS);
  return {
    browser: await browser.version(),
    goto: (url) => page.goto(url),
    async choose(files) {
      const input = await page.$('input[type=file]');
      await input?.uploadFile(...files);
    },
    evaluate: (expression) => page.evaluate(expression),
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
