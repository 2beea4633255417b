// `npm run bench:browsers`: how fast browsers verify, in comparison with plain reads and hashes in the same run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../bundles.ts';
import type { Case } from '../case.ts';
import { prepareCases } from '../cases.ts';
import { findChromium, findFirefox, launchChromium, type OpenPage, openChromium, openFirefox } from '../launch.ts';
import { type PageServer, type Served, serve } from '../server.ts';
import { randomFiles, type SignedFiles, smallFiles, sparseFile } from './files.ts';
import { peakOf } from './memory.ts';
import { type Cold, type Measured, type Memory, reportOf, type Throughput } from './report.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, short: { type: 'boolean' }, write: { type: 'boolean' } },
});
const runs = values.short ? 1 : Number(values.runs);
const mebibytes = values.short ? 8 : 256;

const document = path.join(import.meta.dirname, '../../speed.md');

/** The signatures that are checked cold, by the name in the report. */
const COLD = {
  'a key': 'signer_p256',
  'certificates, with a timestamp': 'signer_timestamp',
  Sigstore: 'signer_sigstore',
};

const read = (page: OpenPage, expression: string) =>
  page
    .evaluate(
      `(async () => {
        while (!(globalThis.speed ?? globalThis.checkCold)) await new Promise((resolve) => setTimeout(resolve, 20));
        return JSON.stringify(await (${expression}));
      })()`,
    )
    .then((text) => JSON.parse(String(text)));

async function scripts(): Promise<Map<string, Served>> {
  const { chunks } = await bundle({
    speed: 'page/speed.ts',
    cold: 'page/cold.ts',
    'plain-worker': 'page/plain-worker.ts',
    'hash-worker': 'page/worker.ts',
  });
  const page = (script: string): Served => ({
    type: 'text/html',
    content: `<!doctype html><meta charset="utf-8"><title>Test</title><input type="file" multiple><script type="module" src="/${script}.js"></script>`,
  });
  return new Map<string, Served>([
    ...chunks.map(({ fileName, code }): [string, Served] => [
      `/${fileName}`,
      { type: 'text/javascript', content: code },
    ]),
    ['/speed', page('speed')],
    ['/cold', page('cold')],
  ]);
}

const verifying = ({ publicKey, bundle: signature }: SignedFiles) =>
  `speed.verify(${JSON.stringify(publicKey)}, ${JSON.stringify(signature)})`;

async function measureThroughput(page: OpenPage, url: string, model: SignedFiles): Promise<Throughput> {
  await page.goto(`${url}/speed`);
  await page.choose(model.files);
  const took: Record<'verify' | 'plain', number[]> = { verify: [], plain: [] };
  const of = { verify: verifying(model), plain: 'speed.plain()' };
  for (let round = -1; round < runs; round++) {
    const order = Math.random() < 0.5 ? (['verify', 'plain'] as const) : (['plain', 'verify'] as const);
    for (const what of order) {
      const time = await read(page, of[what]);
      if (round >= 0) took[what].push(time); // the first round only warms up
    }
  }
  return { browser: page.browser, workers: await read(page, 'speed.workers()'), ...took };
}

async function measureMemory(page: OpenPage, url: string, name: string, model: SignedFiles): Promise<Memory> {
  await page.goto(`${url}/speed`);
  await page.choose(model.files);
  await read(page, 'speed.workers()');
  return { browser: page.browser, model: name, bytes: await peakOf(() => read(page, verifying(model))) };
}

/** Each time in a browser that was just started. */
async function measureCold(program: string, vector: Case, method: string): Promise<Cold> {
  await using server = await serve(
    new Map([...(await scripts()), ['/case.json', { type: 'application/json', content: JSON.stringify(vector) }]]),
  );
  const loaded: number[] = [];
  const checked: number[] = [];
  let browser = '';
  for (let round = 0; round < runs; round++) {
    const started = await launchChromium(program);
    browser = `Chromium ${started.version()}`;
    const page = await started.newPage();
    await page.goto(`${server.url}/cold`);
    await page.waitForFunction('globalThis.checkCold !== undefined');
    const found = await page.evaluate<{ readonly loaded: number; readonly checked: number }>('globalThis.checkCold()');
    loaded.push(found.loaded);
    checked.push(found.checked);
    await started.close();
  }
  return { browser, method, loaded, checked };
}

async function measureIn(page: OpenPage, server: PageServer, folder: string, measured: MutableMeasured): Promise<void> {
  const large = await randomFiles(path.join(folder, 'large'), 4, mebibytes);
  measured.throughputs.push(await measureThroughput(page, server.url, large));
  measured.memories.push(await measureMemory(page, server.url, `4 files of ${mebibytes} MiB`, large));
  const bytes = values.short ? 5e6 : 2 ** 31 + 5;
  const sparse = await sparseFile(path.join(folder, 'sparse'), bytes);
  measured.memories.push(await measureMemory(page, server.url, `a file of ${bytes} bytes`, sparse));
  const count = values.short ? 100 : 20_000;
  const small = await smallFiles(path.join(folder, 'small'), count);
  measured.memories.push(await measureMemory(page, server.url, `${count} files of 4 KiB`, small));
}

interface MutableMeasured extends Measured {
  readonly throughputs: Throughput[];
  readonly colds: Cold[];
  readonly memories: Memory[];
}

async function main(): Promise<void> {
  const measured: MutableMeasured = { bytes: 4 * mebibytes * 2 ** 20, throughputs: [], colds: [], memories: [] };
  const chromium = findChromium();
  const firefox = findFirefox();
  await using server = await serve(await scripts());
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-browsers-'));
  try {
    for (const [program, open] of [
      [chromium, openChromium],
      [firefox, openFirefox],
    ] as const) {
      if (program === null) continue;
      await using page = await open(program);
      await measureIn(page, server, folder, measured);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const cases = new Map(prepareCases().flatMap((each) => ('ready' in each ? [[each.ready.id, each.ready]] : [])));
  for (const [method, id] of Object.entries(COLD)) {
    const vector = cases.get(id);
    if (chromium !== null && vector) measured.colds.push(await measureCold(chromium, vector, method));
  }
  const report = reportOf(measured);
  process.stdout.write(report);
  if (values.write) writeFileSync(document, report);
}

await main();
