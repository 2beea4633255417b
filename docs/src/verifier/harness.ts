// Opens the page in Chromium without a network, and uses it as a person does.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { keySigner, localModel, signModel } from '@model-signing/core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { writeModel as writeVectorModel } from '../../../conformance/suite/src/run/workspace.ts';
import { loadAllVectors } from '../../../conformance/suite/src/vectors/load.ts';
import { findChromium, HANGS, launchChromium } from '../chromium.ts';
import { PAGE_NAME, verifierPage } from './page.ts';

/** A folder for one run, removed at its end. */
export const work = mkdtempSync(path.join(tmpdir(), 'verifier-'));

const pageFile = path.join(work, PAGE_NAME);
/** The address of the page as a saved file. */
export const fileAddress = pathToFileURL(pageFile).href;
const html = await verifierPage();
writeFileSync(pageFile, html);

const keys = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
export const publicKey = path.join(work, 'publisher.pub.pem');
writeFileSync(publicKey, keys.publicKey);
export const fingerprint = createHash('sha256').update(keys.publicKey).digest('hex');

export const executable = findChromium();
let browser: Browser | null = null;
let server: PageServer | null = null;

export interface PageServer {
  readonly url: string;
  /** The addresses that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves the page under every address, on loopback. */
export async function servePage(): Promise<PageServer> {
  const requests: string[] = [];
  const listening = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end(html);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const close = () => {
    listening.closeAllConnections();
    return new Promise<void>((resolve) => listening.close(() => resolve()));
  };
  return { url, requests, close };
}

export async function closeAll(): Promise<void> {
  await browser?.close();
  await server?.close();
  rmSync(work, { recursive: true, force: true });
}

/** Writes a folder with files, by their names. */
export function writeModel(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = path.join(mkdtempSync(path.join(work, 'model-')), name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** Signs a model; by default, the signature is put into it. */
export async function sign(model: string, signature = path.join(model, 'model.sig')): Promise<string> {
  const { bundle } = await signModel(localModel(model), keySigner({ privateKey: keys.privateKey }));
  writeFileSync(signature, bundle);
  return signature;
}

/** Writes the model of a vector, with its signature beside it. */
export function vectorFiles(id: string) {
  const loaded = loadAllVectors().find((each) => each.vector.id === id);
  if (!loaded?.bundle) throw new Error(`there is no vector ${id} with a signature`);
  const workspace = mkdtempSync(path.join(work, 'vector-'));
  const model = writeVectorModel(loaded.vector.model, workspace);
  const signature = path.join(workspace, 'model.sig');
  writeFileSync(signature, loaded.bundle);
  const { inputs } = loaded.vector;
  const filesOf = (names: readonly string[] = []) => names.map((name) => path.join(loaded.root, name));
  return {
    ...{ model, signature },
    trustedRoot: path.join(loaded.directory, inputs.trustedRoot ?? ''),
    roots: filesOf(inputs.roots),
    timestampRoots: filesOf(inputs.timestampRoots),
  };
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** The addresses that were asked for. */
  readonly requests: readonly string[];
  drop(...files: readonly string[]): Promise<void>;
  /** Begins the check. */
  start(): Promise<void>;
  /** The text of the result, once it is there. */
  result(): Promise<string>;
  /** Chooses the test key as the one to expect. */
  expectKey(): Promise<void>;
  /** Chooses the test key, and checks. */
  checkWithKey(): Promise<string>;
}

/** @param address where the page is, if not on a server */
export async function openPage(options: BrowserContextOptions = {}, address?: string): Promise<OpenedPage> {
  server ??= await servePage();
  const url = address ?? `${server.url}/verify.html`;
  browser ??= await launchChromium(executable as string);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(HANGS);
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await context.setOffline(true);
  const session = await context.newCDPSession(page);
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop', files: readonly string[]) => {
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, x: 200, y: 300, data });
  };
  const expectKey = async () => {
    await page.getByLabel('The owner of a public key').check();
    await page.getByLabel('Public key of the signer').setInputFiles(publicKey);
  };
  const start = () => page.getByRole('button', { name: 'Check', exact: true }).click();
  const result = async () => {
    await page.locator('#result:not([hidden]) h2').waitFor();
    return page.locator('#result').innerText();
  };
  return {
    ...{ page, requests, start, result },
    async drop(...files) {
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await drag(type, files);
      await page
        .locator('#model-name, #signature-name')
        .filter({ hasNotText: /^none (?:chosen|found) yet$/ })
        .first()
        .waitFor();
    },
    expectKey,
    async checkWithKey() {
      await expectKey();
      await start();
      return result();
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
