// Models that are large, many, deep, oddly named, or that change.
import assert from 'node:assert/strict';
import { appendFileSync, closeSync, openSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { HANGS } from '../chromium.ts';
import { openPage, sign, writeModel } from './harness.ts';

const GIGABYTE = 1024 ** 3;

/** Writes a file that only has a size. */
function writeSparse(file: string, bytes: number): void {
  closeSync(openSync(file, 'w'));
  truncateSync(file, bytes);
}

test('a file of more than 2 GiB is verified, and one changed byte at its end refused', async () => {
  const model = writeModel('model', { 'config.json': '{}' });
  const large = path.join(model, 'weights.bin');
  writeSparse(large, 2 * GIGABYTE + 1);
  await sign(model);
  await using opened = await openPage();
  await opened.drop(model);
  assert.match(await opened.checkWithKey(), /^✓ Verified[\s\S]*2\.1 GB read/);
  truncateSync(large, 2 * GIGABYTE);
  appendFileSync(large, 'x');
  await opened.drop(model);
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*changed\s+weights\.bin/);
  rmSync(large);
});

test('a folder with 20,000 files is verified, and one added file refused', async () => {
  const files = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`part-${at % 50}/${at}.bin`, `${at}`]));
  const model = writeModel('model', files);
  await sign(model);
  await using opened = await openPage();
  opened.page.setDefaultTimeout(6 * HANGS); // the browser is asked for each file four times, which takes minutes on a busy machine
  await opened.drop(model);
  assert.match(await opened.checkWithKey(), /^✓ Verified[\s\S]*20,000 files/);
  writeFileSync(path.join(model, 'part-7/added'), '');
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*not signed\s+part-7\/added/);
});

test('10,000 differences are shown a hundred at a time, and can be searched', async () => {
  const files = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`weights/${at}.bin`, `${at}`]));
  const model = writeModel('model', { ...files, 'config.json': '{}' });
  await sign(model);
  rmSync(path.join(model, 'weights'), { recursive: true });
  writeFileSync(path.join(model, 'added.py'), '');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  await opened.checkWithKey();
  const rows = page.locator('tbody tr');
  const caption = page.locator('caption');
  assert.equal(await rows.count(), 100);
  assert.equal(await caption.innerText(), '1 to 100 of 10,001 files');
  await page.getByRole('button', { name: 'Next 100' }).click();
  assert.equal(await caption.innerText(), '101 to 200 of 10,001 files');
  await page.getByLabel('Name contains').fill('9999');
  assert.equal(await caption.innerText(), '1 to 1 of 1 file');
  await page.getByLabel('Name contains').fill('');
  await page.getByLabel('How', { exact: true }).selectOption('not signed (1)');
  assert.match(await rows.innerText(), /added\.py/);
  await page.getByText('The result as JSON').click();
  await page.waitForFunction(`document.querySelector('[aria-label="The result as JSON"]').value !== ''`); // it is written when it is opened
  const json = JSON.parse(await page.getByLabel('The result as JSON').inputValue());
  assert.equal(json.ok, false);
  assert.equal(json.error.differences.length, 10_001);
});

test('a deep folder is verified, and a file added at its bottom refused', async () => {
  const deep = Array.from({ length: 200 }, (_, at) => `d${at}`).join('/');
  const model = writeModel('model', { 'config.json': '{}', [`${deep}/weights.bin`]: 'weights' });
  await sign(model);
  await using opened = await openPage();
  await opened.drop(model);
  assert.match(await opened.checkWithKey(), /^✓ Verified/);
  writeFileSync(path.join(model, deep, 'added'), '');
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*d199\/added/);
});

const odd = [
  'a b',
  '#hash?query',
  '%41',
  '<img src=x onerror=alert(1)>',
  '"quoted"',
  "it's",
  'line\nbreak',
  '\u202egnp.exe',
  'ünï/cödé',
  'e\u0301',
  '模型.bin',
  '🤖',
  '.hidden',
  '__proto__',
  'constructor',
  'back\\slash',
  '~',
  ' leading',
  'con',
];

test('files with odd names are verified, and shown as text that cannot deceive', async () => {
  const model = writeModel('model', Object.fromEntries(odd.map((name) => [name, name])));
  await sign(model);
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  assert.match(await opened.checkWithKey(), new RegExp(`^✓ Verified[\\s\\S]*${odd.length} files`));
  for (const name of odd) writeFileSync(path.join(model, name), 'changed');
  await opened.start();
  const text = await opened.result();
  assert.match(text, /^✗ Refused/);
  assert.equal(await page.locator('tbody tr').count(), Math.min(odd.length, 100));
  assert.equal(await page.locator('#result img').count(), 0);
  assert.ok(!text.includes('\u202e') && text.includes('\\u{202e}'));
});

test('a name that is not UTF-8 is refused, because files could hide behind it', async (context) => {
  const model = writeModel('model', { 'config.json': '{}' });
  await sign(model);
  try {
    writeFileSync(Buffer.concat([Buffer.from(`${model}/`), Buffer.from([0x61, 0xff])]), 'x');
  } catch {
    return context.skip('this file system has no such names');
  }
  await using opened = await openPage();
  await opened.drop(model);
  const text = await opened.checkWithKey();
  assert.doesNotMatch(text, /^✓ Verified/);
});

test('a folder that is chosen as a list of files is verified only in part, beside a link too', async () => {
  const model = writeModel('model', { 'config.json': '{}', 'weights/a.bin': 'a' });
  await sign(model);
  await using opened = await openPage();
  const { page } = opened;
  await page.locator('#folder-input').setInputFiles(model);
  assert.match(await opened.checkWithKey(), /^◐ Partly verified[\s\S]*others may have been added/);
  symlinkSync('weights', path.join(model, 'link'));
  await page.locator('#folder-input').setInputFiles(model);
  await opened.start();
  assert.doesNotMatch(await opened.result(), /^✓ Verified/);
});

test('a drop that is cancelled changes nothing', async () => {
  await using opened = await openPage();
  const { page } = opened;
  // Chromium lets a program drop files, but not take them away again: these are the events that it sends then.
  const send = (name: string, id: string) =>
    page.evaluate(`document.getElementById('${id}').dispatchEvent(new DragEvent('${name}', { bubbles: true }))`);
  await send('dragenter', 'drop');
  await send('dragenter', 'drop-hint');
  await send('dragleave', 'drop');
  assert.equal(await page.locator('.drop.over').count(), 1);
  await send('dragleave', 'drop-hint');
  assert.equal(await page.locator('.drop.over').count(), 0);
  assert.equal(await page.locator('#model-name').innerText(), 'none chosen yet');
});

test('a folder that is dropped and then removed cannot be verified', async () => {
  const model = writeModel('model', { 'config.json': '{}' });
  await sign(model);
  await using opened = await openPage();
  await opened.drop(model);
  rmSync(model, { recursive: true });
  assert.match(await opened.checkWithKey(), /^✗/);
});

for (const how of ['the button', 'the Escape key'] as const) {
  test(`a check stops by ${how}, says that nothing is known, and can be begun again`, async () => {
    const names = ['a', 'b', 'c', 'd'];
    const model = writeModel('model', Object.fromEntries(names.map((name) => [name, name])));
    await sign(model);
    for (const name of names) truncateSync(path.join(model, name), 2 * GIGABYTE);
    await using opened = await openPage();
    const { page } = opened;
    const begin = async () => {
      await opened.start();
      await page.locator('#progress-text').filter({ hasText: /\/s/ }).waitFor();
    };
    await opened.drop(model);
    await opened.expectKey();
    await begin();
    assert.match(await page.locator('#progress-text').innerText(), / of 8\.6 GB · \d of 4 files · .*\/s · .* left/);
    if (how === 'the button') await page.getByRole('button', { name: 'Cancel' }).click();
    else await page.keyboard.press('Escape');
    assert.match(await opened.result(), /^Cancelled\s+Nothing is known/);
    assert.equal(await page.locator('#progress').isVisible(), false);
    await begin();
    await page.keyboard.press('Escape');
    assert.match(await opened.result(), /^Cancelled/);
  });
}

test('a file that changes while the model is read is noticed', async () => {
  const model = writeModel('model', { 'config.json': '{}' });
  for (const name of ['a', 'b']) writeSparse(path.join(model, name), GIGABYTE);
  await sign(model);
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  await opened.expectKey();
  await opened.start();
  await page.locator('#progress-text').filter({ hasText: /\/s/ }).waitFor();
  writeFileSync(path.join(model, 'config.json'), '[]');
  assert.match(await opened.result(), /^✗ Refused[\s\S]*(?:model\/changed|model\/unreadable)/);
});
