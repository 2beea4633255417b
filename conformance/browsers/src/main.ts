// `npm run browsers`: runs every vector that can exist in a browser in Chromium and Firefox, and compares what comes of it with Node.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundles.ts';
import type { Case, Outcome } from './case.ts';
import { type Prepared, prepareCases } from './cases.ts';
import { differenceOf } from './differences.ts';
import { verifyInNode } from './in-node.ts';
import { findChromium, findFirefox, type OpenPage, openChromium, openFirefox } from './launch.ts';
import { listImpossible } from './listing.ts';
import { tryEverywhere, tryInChromium } from './scenarios.ts';
import { type Served, serve } from './server.ts';
import { listSizes } from './sizes.ts';

const list = path.join(import.meta.dirname, '../not-in-browsers.md');
const sizes = path.join(import.meta.dirname, '../sizes.md');

type Ready = Extract<Prepared, { readonly ready: Case }>;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Says that it has started and that it has hashed a part, and fails. */
const dyingWorker = `postMessage({ id: null });
onmessage = ({ data: { id } }) => {
  postMessage({ id, bytes: 1000 });
  throw new Error('this worker stops');
};
`;

async function pageFiles(cases: readonly Case[]): Promise<Map<string, Served>> {
  const { chunks } = await bundle({
    vectors: 'page/vectors.ts',
    models: 'page/models.ts',
    'hash-worker': 'page/worker.ts',
  });
  const files = new Map<string, Served>(
    chunks.map(({ fileName, code }) => [`/${fileName}`, { type: 'text/javascript', content: code }]),
  );
  files.set('/cases.json', { type: 'application/json', content: JSON.stringify(cases) });
  const page = (script: string, policy?: string): Served => ({
    type: 'text/html',
    content: `<!doctype html><meta charset="utf-8"><title>Test</title><input type="file" webkitdirectory><script type="module" src="/${script}.js"></script>`,
    ...(policy !== undefined && { policy }),
  });
  files.set('/', page('vectors'));
  files.set('/models', page('models'));
  files.set('/dying-worker.js', { type: 'text/javascript', content: dyingWorker });
  return files.set('/without-workers', page('models', "default-src 'self'; worker-src 'none'"));
}

/** The outcome of each vector in a browser. */
async function runIn(page: OpenPage, url: string): Promise<Record<string, Outcome>> {
  await page.goto(url);
  const text = await page.evaluate(`(async () => {
    while (!globalThis.runVectors) await new Promise((resolve) => setTimeout(resolve, 50));
    return globalThis.runVectors();
  })()`);
  return JSON.parse(String(text));
}

/** The faults of a browser: what differs from Node, and what it accepts that must be refused. */
function faultsOf(ready: readonly Ready[], node: Record<string, Outcome>, found: Record<string, Outcome>): string[] {
  return ready.flatMap(({ loaded: { vector }, ready: { id } }) => {
    const difference = differenceOf(node[id] as Outcome, found[id]);
    const isWrong = vector.expect.outcome === 'reject' && found[id]?.outcome === 'accept';
    const isPolicy = vector.inputs.policy !== undefined;
    return [
      ...(difference === null ? [] : [`${id}: ${difference}`]),
      ...(isWrong && !isPolicy ? [`${id}: accepted, and must be refused`] : []),
    ];
  });
}

const browsers = [
  { name: 'Chromium', find: findChromium, open: openChromium },
  { name: 'Firefox', find: findFirefox, open: openFirefox },
];

function readOptions() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, browser: { type: 'string' } } });
  const chosen = browsers.filter(({ name }) => (values.browser ?? name.toLowerCase()) === name.toLowerCase());
  if (chosen.length === 0) throw new Error(`--browser is chromium or firefox, and not ${values.browser}`);
  return { only: values.only, chosen };
}

async function main(): Promise<number> {
  const { only, chosen } = readOptions();
  const prepared = prepareCases();
  const all = prepared.filter((each): each is Ready => 'ready' in each);
  const ready = only === undefined ? all : all.filter(({ ready: { id } }) => id.includes(only));
  if (ready.length === 0) throw new Error(`no vector that can exist in a browser has ${only} in its name`);
  if (only === undefined) writeFileSync(list, listImpossible(prepared));
  writeFileSync(sizes, await listSizes());
  const node: Record<string, Outcome> = {};
  for (const each of ready) node[each.ready.id] = await verifyInNode(each.loaded, each.ready);
  const files = await pageFiles(ready.map((each) => each.ready));
  await using server = await serve(files);
  let failed = 0;
  for (const { name, find, open } of chosen) {
    const found = find();
    if (found === null) {
      say(`skipped: ${name} was not found`);
      if (process.env.CI) failed++;
      continue;
    }
    await using page = await open(found);
    const faults = faultsOf(ready, node, await runIn(page, server.url));
    for (const fault of faults) say(fault);
    say(`${page.browser}: ${ready.length} vectors, ${faults.length} of them not as in Node`);
    const others = await tryEverywhere(page, server.url);
    if (page.chromium) others.push(...(await tryInChromium(page, page.chromium, server.url)));
    for (const fault of others) say(fault);
    say(`${page.browser}: folders, handles and workers, ${others.length} faults`);
    failed += faults.length + others.length;
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
