import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY, lab, Stage, skipReason } from './stage.ts';
import { CHROMIUM_VARIABLE, LAB_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE, CHROMIUM_VARIABLE);

let browser: Browser;
beforeAll(async () => {
  if (reason) return;
  // Chromium does not run its sandbox as root, the usual user in containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: process.env[CHROMIUM_VARIABLE] ?? '', args });
});
afterAll(() => browser?.close());

const interactive = (...more: string[]) => {
  const files = ['--signature', 'model.sig', '--trust-config', lab.file('trustConfig')];
  return ['sign', 'sigstore', 'model', ...files, ...more];
};

/** Opens the login page at an address and logs in. */
async function logIn(address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByLabel('E-mail address').fill(IDENTITY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

/** Replaces the program that opens a browser, and records the address that it gets. */
function noteAddress(stage: Stage) {
  const file = stage.path('config/address');
  const program = stage.write(
    'config/xdg-open',
    `#!/bin/sh\nprintf %s "$1" > '${file}.new'\nmv '${file}.new' '${file}'\n`,
  );
  chmodSync(program, 0o755);
  const env = { PATH: `${path.dirname(program)}${path.delimiter}${process.env.PATH}`, BROWSER: program };
  const address = async () => {
    await expect.poll(() => existsSync(file), { timeout: 240_000 }).toBe(true);
    return readFileSync(file, 'utf8');
  };
  return { env, address };
}

describe.skipIf(reason)(`logging in with a browser${reason}`, () => {
  it('the command signs a model after a login in a browser', async () => {
    const stage = new Stage();
    const opened = noteAddress(stage);
    const signing = stage.ours(interactive(), { env: opened.env });
    const page = await logIn(await opened.address());
    // The client listens on loopback, and its page shows the result.
    await page.waitForURL(/^http:\/\/(localhost|127\.0\.0\.1):\d+\/.*code=/);
    expect((await signing).result.error).toBeUndefined();
    expect((await stage.verify()).code).toBe(0);
  });

  it('the command signs a model with a code that is copied from the login page', async () => {
    const stage = new Stage();
    const copyCode = async (address: string) => {
      const page = await logIn(address);
      return (await page.locator('code').textContent()) ?? '';
    };
    const { result } = await stage.ours(interactive('--oauth-force-oob'), {
      talk: (printed) => {
        const [, address] = printed.match(/(http:\/\/\S+code_challenge=\S+)\s/) ?? [];
        return address === undefined ? undefined : copyCode(address);
      },
    });
    expect(result.error).toBeUndefined();
    expect((await stage.verify()).code).toBe(0);
  });
});
