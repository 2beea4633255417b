// Each state of the page, light and dark, wide and narrow, checked with axe, and captured; and used without a mouse.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { faultsOf } from '../chromium.ts';
import { type OpenedPage, openPage, publicKey, sign, vectorFiles, writeModel } from './harness.ts';

const pictures = path.resolve(import.meta.dirname, '../../dist/pictures');
mkdirSync(pictures, { recursive: true });

const files = Object.fromEntries(
  Array.from({ length: 300 }, (_, at) => [`weights/part-${at}-of-300.safetensors`, `${at}`]),
);
const model = writeModel('granite-4.1-3b', { 'config.json': '{}', ...files });
await sign(model);
const changed = writeModel('granite-4.1-3b', { 'config.json': '{}', ...files });
await sign(changed);
writeFileSync(path.join(changed, 'config.json'), '[]');
rmSync(path.join(changed, 'weights'), { recursive: true });
writeFileSync(path.join(changed, 'modeling_granite.py'), 'import os');

const experts = Array.from({ length: 10_000 }, (_, at) => [`experts/${at}.safetensors`, `${at}`]);
const many = writeModel('mixture-of-experts', { 'config.json': '{}', ...Object.fromEntries(experts) });
await sign(many);
rmSync(path.join(many, 'experts'), { recursive: true });

// Its files are larger than what was signed, so that there is enough to read.
const large = writeModel('llama-70b', { 'a.safetensors': 'a', 'b.safetensors': 'b' });
await sign(large);
for (const name of ['a', 'b']) truncateSync(path.join(large, `${name}.safetensors`), 8 * 1024 ** 3);

const sigstore = vectorFiles('signer_sigstore');

/** Brings the page into each state. */
const states: Readonly<Record<string, (opened: OpenedPage) => Promise<unknown>>> = {
  begin: async () => {},
  verified: async (opened) => {
    await opened.drop(model);
    await opened.checkWithKey();
  },
  refused: async (opened) => {
    await opened.drop(changed);
    await opened.checkWithKey();
    await opened.page.getByText('The result as JSON').click();
  },
  differences: async (opened) => {
    await opened.drop(many);
    await opened.checkWithKey();
  },
  progress: async (opened) => {
    await opened.drop(large);
    await opened.expectKey();
    await opened.start();
    await opened.page.locator('#progress-text').filter({ hasText: / left/ }).waitFor();
  },
  cancelled: async (opened) => {
    await states.progress?.(opened);
    await opened.page.keyboard.press('Escape');
    await opened.result();
  },
  signer: async (opened) => {
    await opened.drop(sigstore.model, sigstore.signature);
    await opened.page.getByLabel('A person or a project, through Sigstore').check();
    await opened.page.locator('#identity').fill('publisher@example.com');
    await opened.page.locator('#issuer').fill('https://accounts.google.com');
    await opened.page.locator('#trust-root-file').setInputFiles(sigstore.trustedRoot);
    await opened.start();
    await opened.result();
  },
  claims: async (opened) => {
    await opened.drop(sigstore.model, sigstore.signature);
    await opened.start();
    await opened.result();
  },
  partial: async (opened) => {
    await opened.page.locator('#folder-input').setInputFiles(model);
    await opened.checkWithKey();
  },
  problem: async (opened) => {
    await opened.page.getByLabel('A person or a project, through Sigstore').check();
    await opened.start();
    await opened.page.locator('#problem:not([hidden])').waitFor();
  },
  policy: (opened) => opened.page.getByLabel('Those whom a policy names').check(),
  certificates: (opened) => opened.page.getByLabel('The owner of a certificate').check(),
};

for (const [name, reach] of Object.entries(states)) {
  for (const scheme of ['light', 'dark'] as const) {
    for (const [width, size] of [
      ['wide', { width: 1280, height: 900 }],
      ['narrow', { width: 360, height: 740 }],
    ] as const) {
      test(`the page has no fault that axe finds: ${name}, ${width}, ${scheme}`, async () => {
        // The policy refuses other scripts, such as the one that inspects the page.
        await using opened = await openPage({ viewport: size, colorScheme: scheme, bypassCSP: true });
        await reach(opened);
        const file = path.join(pictures, `verifier-${name}-${width}-${scheme}.png`);
        const isLong = name === 'differences';
        if (isLong) await opened.page.locator('#result').evaluate((result) => result.scrollIntoView());
        await opened.page.screenshot({ path: file, fullPage: !isLong });
        assert.deepEqual(await faultsOf(opened.page), []);
      });
    }
  }
}

test('the page works with the keyboard alone, and the focus follows', async () => {
  const folder = writeModel('folder', { 'model.gguf': 'weights' });
  const file = path.join(folder, 'model.gguf');
  const signature = await sign(file, `${file}.sig`);
  await using opened = await openPage();
  const { page } = opened;
  page.on('filechooser', () => {}); // from here on, no dialog of the system opens
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.value');
  const press = async (key: string, then: string) => {
    await page.keyboard.press(key);
    assert.equal(await focused(), then);
  };
  const choose = async (chosen: string) => {
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(chosen);
  };
  await press('Tab', 'choose-folder');
  await press('Tab', 'choose-file');
  await choose(file);
  await press('Tab', 'choose-signature');
  await choose(signature);
  await page.locator('#signature-name').filter({ hasText: 'model.gguf.sig' }).waitFor();
  await press('Tab', 'claims');
  await press('ArrowDown', 'key');
  await press('Tab', 'key-file');
  await press('Tab', 'start');
  await page.keyboard.press('Enter');
  await page.locator('#problem:not([hidden])').waitFor();
  assert.equal(await focused(), 'key-file');
  await choose(publicKey);
  await press('Tab', 'start');
  await page.keyboard.press('Enter');
  assert.match(await opened.result(), /^✓ Verified/);
  assert.equal(await focused(), 'result-title');
});

test('the result is copied as JSON', async () => {
  await using opened = await openPage({ permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = opened;
  await opened.drop(model);
  await opened.checkWithKey();
  await page.getByText('The result as JSON').click();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Copied.').waitFor();
  const copied = JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string);
  const { schema, ok, verdict, listing, ignored } = copied;
  assert.deepEqual(
    { schema, ok, verdict, listing, ignored },
    {
      schema: 'model-signing/page-result/v1',
      ...{ ok: true, verdict: 'verified', listing: 'complete', ignored: ['model.sig'] },
    },
  );
});

test('a screen reader is told what was chosen, what is wrong, and the result', async () => {
  await using opened = await openPage();
  const { page } = opened;
  assert.equal(await page.locator('#chosen').getAttribute('aria-live'), 'polite');
  assert.equal(await page.locator('#problem').getAttribute('role'), 'alert');
  await opened.drop(model);
  await opened.checkWithKey();
  assert.equal(await page.getByRole('region', { name: '✓ Verified' }).count(), 1);
});
