// How much of the library a page loads, by part, as a page of text.
import { gzipSync } from 'node:zlib';
import type { OutputChunk } from 'rolldown';
import { type Bundle, bundle, firstLoad, gzipped } from './bundles.ts';

/** What a page may first load, in bytes of gzip, by what it verifies with. */
export const budgets = [
  { what: 'keys and certificates', file: 'page/with-keys-and-certificates.ts', bytes: 90_000 },
  { what: 'Sigstore too', file: 'page/with-sigstore.ts', bytes: 125_000 },
] as const;

/** The parts of the library, each with how the path of its modules begins, after the root of the repository. */
const parts: readonly [name: string, path: RegExp][] = [
  ['schemas of the format, compiled', /spec\//],
  ['sigstore-js', /packages\/sigstore\/dist\/web\/sigstore-js/],
  ['Sigstore: `@model-signing/sigstore`', /packages\/sigstore\//],
  ['certificates and timestamps: `@model-signing/x509`', /packages\/x509\//],
  ['models and hashing in browsers: `@model-signing/core/web`', /packages\/core\/dist\/web\//],
  ['the format and its checks: `@model-signing/core`', /packages\/core\//],
  ['curves and hashes: `@noble/curves`, `@noble/hashes`', /node_modules\/@noble\//],
  ['hashing in WebAssembly: `hash-wasm`', /node_modules\/hash-wasm\//],
  ['regular expressions: `re2js`', /node_modules\/re2js\//],
];

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);

function partOf(id: string): string {
  return parts.find(([, path]) => path.test(id))?.[0] ?? 'glue of the bundler';
}

/**
 * The share of each part in these scripts, in bytes of gzip. Compressed alone, a part would be larger, so that its share is that of its
 * compressed size in the sum of those of all parts.
 */
function sharesOf(chunks: readonly OutputChunk[]): Map<string, number> {
  const code = new Map<string, string>();
  for (const { modules } of chunks) {
    for (const [id, module] of Object.entries(modules)) {
      const part = partOf(id);
      code.set(part, (code.get(part) ?? '') + (module.code ?? ''));
    }
  }
  const alone = [...code].map(([part, text]): [string, number] => [part, gzipSync(text, { level: 9 }).length]);
  const sum = alone.reduce((total, [, size]) => total + size, 0);
  const all = gzipped(chunks);
  return new Map(alone.map(([part, size]) => [part, (size / sum) * all]));
}

function largestPart(chunk: OutputChunk): string {
  return [...sharesOf([chunk])].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? chunk.fileName;
}

/** The parts that a page loads later, and how large the scripts are that hold them. */
function laterParts(built: Bundle, first: readonly OutputChunk[]): [part: string, bytes: number][] {
  return built.chunks
    .filter((chunk) => !first.includes(chunk))
    .map((chunk): [string, number] => [largestPart(chunk), gzipped([chunk])])
    .toSorted(([, a], [, b]) => b - a);
}

/** The sizes of the library in a page, and the budgets that the tests check. */
export async function listSizes(): Promise<string> {
  const built = await Promise.all(budgets.map(({ file }) => bundle({ page: file })));
  const firsts = built.map((each) => firstLoad(each, 'page'));
  const shares = firsts.map(sharesOf);
  const weight = (name: string) => shares.at(-1)?.get(name) ?? 0;
  const names = [...new Set(shares.flatMap((each) => [...each.keys()]))].filter((name) => weight(name) >= 500);
  const rows = names
    .toSorted((a, b) => weight(b) - weight(a))
    .map((name) => `| ${name} | ${shares.map((each) => kilobytes(each.get(name) ?? 0)).join(' | ')} |`);
  const later = laterParts(built.at(-1) as Bundle, firsts.at(-1) as OutputChunk[]);
  return `# How much a page loads

Written by \`npm run browsers\`. Kilobytes (1000 bytes) of gzip, of the packages as rolldown puts them together and minifies them.
[A test](src/bundles.test.ts) fails above the budget.

| at first | ${budgets.map(({ what }) => what).join(' | ')} |
|---|${'--:|'.repeat(budgets.length)}
${rows.join('\n')}
| **all** | ${firsts.map((first) => `**${kilobytes(gzipped(first))}**`).join(' | ')} |
| budget | ${budgets.map(({ bytes }) => kilobytes(bytes)).join(' | ')} |

| later, for patterns, large files, the draft of the format, and pages that may not run WebAssembly | |
|---|--:|
${later.map(([part, bytes]) => `| ${part} | ${kilobytes(bytes)} |`).join('\n')}
`;
}
