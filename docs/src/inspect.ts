// `npm run docs:inspect`: opens each kind of page in Chromium, light and dark, wide and narrow, and checks it with axe.
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { faultsOf, findChromium, HANGS, launchChromium } from './chromium.ts';

const output = path.resolve(import.meta.dirname, '../dist');
const site = path.join(output, 'site');

/** One page of each kind; if a page is missing, this list is wrong. */
const kinds: Readonly<Record<string, string>> = {
  landing: 'index.html',
  guide: 'guide/own-pki.html',
  browser: 'guide/in-a-browser.html',
  verifier: 'verify.html',
  hub: 'guide/verify-on-a-hub.html',
  keys: 'guide/keys-in-hardware-and-services.html',
  policies: 'guide/who-may-sign-what.html',
  attestations: 'guide/attestations.html',
  kubernetes: 'guide/kubernetes.html',
  lineage: 'guide/lineage.html',
  'lineage-page': 'lineage-example.html',
  workflows: 'guide/ci.html',
  programs: 'guide/before-you-load.html',
  large: 'guide/large-models.html',
  install: 'guide/install.html',
  'command-line': 'reference/command-line.html',
  json: 'reference/json-results.html',
  errors: 'reference/errors.html',
  library: 'library.html',
  api: 'api/core/index.html',
  function: 'api/core/functions/verifyModel.html',
  native: 'api/native/guide.html',
  specification: 'spec/v1.0.html',
  'public-text': 'spec/public-text.html',
  coverage: 'reference/coverage-v1.0.html',
  decision: 'decisions/0001-parts-of-sigstore-js.html',
  decisions: 'decisions/index.html',
  conformance: 'conformance/index.html',
  lab: 'conformance/private-sigstore.html',
  benchmark: 'conformance/benchmark.html',
  sigstore: 'guide/private-sigstore.html',
  threats: 'guide/threat-model.html',
  contributing: 'contributing.html',
  versions: 'versioning.html',
  adding: 'add-your-implementation.html',
  protocol: 'conformance/protocol.html',
  findings: 'python-findings.html',
  interop: 'interop.html',
  results: 'conformance/results.html',
  report: 'conformance/report.html',
};

/** Pages of the conformance suite that may be missing, for example without recorded results. */
const optional: ReadonlySet<string> = new Set(['results', 'report', 'adding', 'protocol', 'findings', 'interop']);

const views = [
  { name: 'wide-light', width: 1440, scheme: 'light' },
  { name: 'wide-dark', width: 1440, scheme: 'dark' },
  { name: 'narrow-light', width: 390, scheme: 'light' },
  { name: 'narrow-dark', width: 390, scheme: 'dark' },
] as const;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** Serves the site on a free port of the loopback interface. */
async function serve(): Promise<{ readonly server: Server; readonly address: string }> {
  const files = new Set(globSync('**/*', { cwd: site }));
  const server = createServer((request, response) => {
    const name = decodeURI(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const file = [name, `${name}index.html`].find((each) => files.has(each) && path.extname(each) !== '');
    if (file === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(path.join(site, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function inspect(browser: Browser, address: string, pictures: string): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, width, scheme } of views) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      // The policy of the report's page refuses other scripts, such as the one that inspects it.
      bypassCSP: true,
    });
    context.setDefaultTimeout(HANGS);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`${page.url().slice(address.length)}: ${error.message}`));
    for (const [kind, file] of Object.entries(kinds)) {
      if (!existsSync(path.join(site, file))) continue;
      await page.goto(`${address}/${file}`, { waitUntil: 'load' });
      const found = await faultsOf(page);
      faults.push(...found.map((fault) => `${kind}, ${name}: ${fault}`));
      await page.screenshot({ path: path.join(pictures, `${kind}-${name}.png`), ...wholeOf(kind) });
    }
    await context.close();
  }
  return faults;
}

/** The landing page and the results are captured in full, other pages only as far as they fit into the window. */
function wholeOf(kind: string): { readonly fullPage: boolean } {
  return { fullPage: kind === 'landing' || kind === 'results' };
}

async function main(): Promise<number> {
  const missing = Object.entries(kinds).filter(
    ([kind, file]) => !optional.has(kind) && !existsSync(path.join(site, file)),
  );
  if (missing.length > 0) {
    process.stderr.write(`the site lacks ${missing.map(([, file]) => file).join(', ')}; build it with npm run docs\n`);
    return 1;
  }
  const executablePath = findChromium();
  if (executablePath === null) {
    process.stdout.write('skipped: inspecting pages needs Chromium, which was not found\n');
    return process.env.CI ? 1 : 0;
  }
  const pictures = path.join(output, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const { server, address } = await serve();
  const browser = await launchChromium(executablePath);
  try {
    const faults = await inspect(browser, address, pictures);
    process.stdout.write([...faults, `${faults.length} faults; screenshots are in docs/dist/pictures`, ''].join('\n'));
    return faults.length === 0 ? 0 : 1;
  } finally {
    await browser.close();
    server.close();
  }
}

process.exitCode = await main();
