// What only browsers have, tried in them: their own file system, chosen and dropped folders, workers.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { keySigner, localModel, signModel } from '@model-signing/core';
import type { Page } from 'playwright-core';
import type { OpenPage } from './launch.ts';
import { testKeys } from './test-keys.ts';

const files = { 'config.json': '{}', 'weights/a.bin': 'a'.repeat(5000), 'weights/deep/ü.txt': 'odd' };

export interface Signed {
  readonly publicKey: string;
  readonly bundle: string;
}

function writeFolder(): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'browsers-')), 'model');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

async function sign(folder: string): Promise<Signed> {
  const { privateKey, publicKey } = testKeys();
  const { bundle } = await signModel(localModel(folder), keySigner({ privateKey }));
  return { publicKey, bundle: Buffer.from(bundle).toString('base64') };
}

const large = (mebibytes: number) => createHash('sha256').update(Buffer.alloc(mebibytes * 1024 * 1024, 7));

/** What is wrong with what was found; null if it is what was expected. */
const unlike = (what: string, found: unknown, expected: unknown): string | null =>
  isDeepStrictEqual(found, expected)
    ? null
    : `${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`;

const call = (page: OpenPage, name: string, ...args: readonly unknown[]) =>
  page
    .evaluate(
      `(async () => {
        while (!globalThis.models) await new Promise((resolve) => setTimeout(resolve, 50));
        return JSON.stringify(await globalThis.models.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')}));
      })()`,
    )
    .then((text) => JSON.parse(String(text)) as unknown);

/** The faults in what every browser has. */
export async function tryEverywhere(page: OpenPage, url: string): Promise<string[]> {
  const folder = writeFolder();
  const signed = await sign(folder);
  rmSync(path.dirname(folder), { recursive: true });
  const handled = {
    unchanged: 'partial, incomplete',
    added: 'model/mismatch unsigned extra',
    changed: 'model/mismatch modified config.json',
    removed: 'model/mismatch missing config.json',
    meanwhile: 'model/changed',
  };
  const faults: (string | null)[] = [];
  await page.goto(`${url}/models`);
  faults.push(unlike('a folder by its handle', await call(page, 'verifyHandles', files, signed), handled));
  faults.push(unlike('an aborted hashing', await call(page, 'abortLarge'), 'enough'));
  const mebibyte = 1024 * 1024;
  const rest = Buffer.alloc(257 * mebibyte - 5, 7);
  for (const [mebibytes, start, digest] of [
    [20, 0, large(20).digest('hex')],
    [257, 0, large(257).digest('hex')],
    [257, 5, createHash('sha256').update(rest).digest('hex')],
  ] as const) {
    const expected = { digest, seen: mebibytes * mebibyte - start, workers: 1, isSame: true };
    faults.push(
      unlike(`SHA-256 of ${mebibytes} MiB`, await call(page, 'hashLarge', mebibytes, 'sha256', start), expected),
    );
  }
  const blake2b = createHash('blake2b512')
    .update(Buffer.alloc(20 * mebibyte, 7))
    .digest('hex');
  const expected = { digest: blake2b, seen: 20 * mebibyte, workers: 1, isSame: true };
  faults.push(unlike('BLAKE2b of 20 MiB', await call(page, 'hashLarge', 20, 'blake2b', 0), expected));
  const dying = { digest: large(20).digest('hex'), seen: 20 * mebibyte, workers: 1 };
  faults.push(unlike('a worker that stops', await call(page, 'hashWithDyingWorker', 20), dying));
  // This page may start no worker and run no WebAssembly.
  await page.goto(`${url}/without-workers`);
  faults.push(
    unlike('without WebAssembly, BLAKE2b of 20 MiB', await call(page, 'hashLarge', 20, 'blake2b', 0), expected),
  );
  const alone = await call(page, 'hashLarge', 20, 'sha256', 0);
  const byItself = { digest: large(20).digest('hex'), seen: 20 * mebibyte, workers: 1, isSame: true };
  faults.push(unlike('without workers, SHA-256 of 20 MiB', alone, byItself));
  return faults.filter((fault) => fault !== null);
}

/** The faults in chosen and dropped folders, which only Chromium lets a program choose and drop. */
export async function tryInChromium(page: OpenPage, chromium: Page, url: string): Promise<string[]> {
  const folder = writeFolder();
  const signed = await sign(folder);
  const inside = { signaturePath: 'model.sig' };
  writeFileSync(path.join(folder, 'model.sig'), Buffer.from(signed.bundle, 'base64'));
  const faults: (string | null)[] = [];
  const choose = async (): Promise<unknown> => {
    await chromium.goto(`${url}/models`);
    await chromium.setInputFiles('input', folder);
    return call(page, 'verifyChosen', signed, inside);
  };
  const drop = async (): Promise<unknown> => {
    await chromium.goto(`${url}/models`);
    const session = await chromium.context().newCDPSession(chromium);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 10, y: 10, data });
    }
    return call(page, 'verifyDropped', signed, inside);
  };
  faults.push(unlike('a chosen folder', await choose(), 'partial, incomplete'));
  faults.push(unlike('a dropped folder', await drop(), 'verified, complete'));
  writeFileSync(path.join(folder, 'weights/extra'), '');
  faults.push(unlike('a chosen folder with another file', await choose(), 'model/mismatch unsigned weights/extra'));
  faults.push(unlike('a dropped folder with another file', await drop(), 'model/mismatch unsigned weights/extra'));
  // A browser loses the files beside a link to their folder, and may not say of the rest that it is all.
  symlinkSync('weights', path.join(folder, 'link'));
  const withLink = String(await choose());
  if (withLink.startsWith('verified')) faults.push(`a chosen folder with a link: ${withLink}`);
  rmSync(path.dirname(folder), { recursive: true });
  faults.push(unlike('a page that sleeps', await hashInFrozenPage(page, chromium, url), large(257).digest('hex')));
  return faults.filter((fault) => fault !== null);
}

/** The digest of a large file in a page that the browser puts to sleep meanwhile, as it does with one in the background. */
async function hashInFrozenPage(page: OpenPage, chromium: Page, url: string): Promise<unknown> {
  await chromium.goto(`${url}/models`);
  const session = await chromium.context().newCDPSession(chromium);
  const hashing = call(page, 'hashLarge', 257, 'sha256', 0);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  return ((await hashing) as { readonly digest: string }).digest;
}
