// `npm run docs`: assembles the written and the generated pages, renders them, and checks every link.
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vitepress';
import { apiPages } from './api.ts';
import { commandLinePage } from './command-line.ts';
import { recordedData, withComparison } from './comparison.ts';
import { resultsPages, writeReport } from './conformance.ts';
import { coverageOf, coveragePage, sectionTitles } from './coverage.ts';
import { withDecisions } from './decisions.ts';
import { errorsPage } from './errors.ts';
import { jsonResultsPage, publishedSchemas } from './json-results.ts';
import { deadLinks } from './links.ts';
import { linkPages, type Page } from './pages.ts';
import { publicTextPage, readTextDefects } from './public-text.ts';
import { specificationPage } from './specification.ts';
import { tracesOfMachine } from './traces.ts';
import { PAGE_NAME, verifierPage } from './verifier/page.ts';

const root = path.resolve(import.meta.dirname, '../..');
const docs = path.join(root, 'docs');
const output = path.join(docs, 'dist');
const pagesFolder = path.join(output, 'pages');
const site = path.join(output, 'site');

/** Files outside `docs/` that are pages of the site too, and their paths there. */
const elsewhere: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'conformance/README.md': 'conformance/index.md',
  'conformance/suite/README.md': 'conformance/suite.md',
  'conformance/suite/PROTOCOL.md': 'conformance/protocol.md',
  'conformance/suite/vectors/README.md': 'conformance/vectors.md',
  'conformance/interop/README.md': 'conformance/interop.md',
  'conformance/bench/README.md': 'conformance/benchmark.md',
  'conformance/sigstore-lab/README.md': 'conformance/private-sigstore.md',
  'packages/native/README.md': 'api/native/guide.md',
  'packages/sigstore/README.md': 'api/sigstore/guide.md',
  'packages/x509/README.md': 'api/x509/guide.md',
};

function writtenPages(): Page[] {
  const inDocs = globSync('**/*.md', { cwd: docs, exclude: (name) => name === 'node_modules' || name === 'dist' });
  const places = [
    ...inDocs.sort().map((file) => [`docs/${file.replaceAll(path.sep, '/')}`, file.replaceAll(path.sep, '/')] as const),
    ...Object.entries(elsewhere).filter(([source]) => existsSync(path.join(root, source))),
  ];
  return places.map(([source, place]) => ({
    path: place,
    text: readFileSync(path.join(root, source), 'utf8'),
    source,
  }));
}

function specificationPages(): Page[] {
  return globSync('spec/v*/oms.md', { cwd: root })
    .sort()
    .flatMap((file) => {
      const version = path.basename(path.dirname(file));
      const coverage = coverageOf(root, version);
      return [
        specificationPage(root, version, coverage),
        coveragePage(version, coverage, sectionTitles(root, version)),
      ];
    });
}

/** The tables of these pages contain names of vectors, which have to wrap. */
function withLongNames(page: Page): Page {
  return ['python-findings.md', 'go-findings.md'].includes(page.path)
    ? { ...page, text: `---\npageClass: long-names\n---\n\n${page.text}` }
    : page;
}

rmSync(output, { recursive: true, force: true });
const recorded = recordedData(path.join(docs, 'data'));
const hasReport = writeReport(root, recorded.conformance, path.join(pagesFolder, 'public'));
const written = withDecisions(writtenPages()).map((page) =>
  page.path === 'index.md' ? { ...page, text: withComparison(page.text, recorded) } : page,
);
const pages = linkPages(root, [
  ...written.map(withLongNames),
  ...resultsPages(recorded.conformance, hasReport),
  ...specificationPages(),
  publicTextPage(readTextDefects(root), recorded.conformance),
  commandLinePage(),
  jsonResultsPage(root),
  errorsPage(root),
  ...apiPages(root, path.join(output, 'typedoc')),
]);
for (const page of pages) {
  const file = path.join(pagesFolder, page.path);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, page.text);
}
for (const folder of ['workflows', 'clusters', 'examples', 'public']) {
  if (existsSync(path.join(docs, folder)))
    cpSync(path.join(docs, folder), path.join(pagesFolder, folder), { recursive: true });
}

for (const file of publishedSchemas)
  cpSync(path.join(root, file), path.join(pagesFolder, 'public/schemas', path.basename(file)));

// The page that `lineage --html` prints for the worked example.
cpSync(path.join(docs, 'examples/lineage/lineage.html'), path.join(pagesFolder, 'public/lineage-example.html'));
writeFileSync(path.join(pagesFolder, 'public', PAGE_NAME), await verifierPage());

process.env.VITEPRESS_PAGES = pagesFolder;
await build(docs, { outDir: site });
const dead = deadLinks(site);
const traces = tracesOfMachine(site, root);
process.stdout.write(
  [
    ...dead,
    ...traces,
    `${pages.length} pages, ${dead.length} dead links, ${traces.length} traces of this machine`,
    '',
  ].join('\n'),
);
process.exitCode = dead.length + traces.length === 0 ? 0 : 1;
