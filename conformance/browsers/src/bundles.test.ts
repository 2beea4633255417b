import { expect, it } from 'vitest';
import { type Bundle, bundle, firstLoad, gzipped } from './bundles.ts';
import { budgets } from './sizes.ts';

/** The packages that are only in scripts which a page loads when it needs them. */
const onDemand = ['re2js', 'hash-wasm', '@noble/hashes/blake'];

const modulesOf = (built: Bundle, entry: string) => firstLoad(built, entry).flatMap(({ moduleIds }) => moduleIds);

it.each(budgets)(
  'a page that verifies with $what first loads no more than its budget of gzip',
  async ({ file, bytes }) => {
    const built = await bundle({ page: file });
    expect(gzipped(firstLoad(built, 'page'))).toBeLessThanOrEqual(bytes);
    const early = modulesOf(built, 'page').filter((id) => onDemand.some((name) => id.includes(`node_modules/${name}`)));
    expect(early).toEqual([]);
  },
);

it('a bundle for browsers needs no plugin, imports nothing of Node and has no Buffer of its own', async () => {
  const built = await bundle({ page: 'page/with-sigstore.ts', worker: 'page/worker.ts' });
  const names = new Set(built.chunks.map(({ fileName }) => fileName));
  for (const { imports, dynamicImports } of built.chunks) {
    expect([...imports, ...dynamicImports].filter((name) => !names.has(name))).toEqual([]);
  }
  const modules = built.chunks.flatMap(({ moduleIds }) => moduleIds);
  expect(modules.filter((id) => /\/dist\/node\/|node_modules\/(?:buffer|@sigstore)\//.test(id))).toEqual([]);
});

it('a bundler sees the worker that is started, because it is named by nothing but the global `Worker` and a constant address', async () => {
  const { chunks } = await bundle({ page: 'page/with-keys-and-certificates.ts' });
  const code = chunks.map((chunk) => chunk.code).join('\n');
  // A local name, even for the same value, would have been shortened; webpack then copies the script without what it imports.
  expect(code.match(/new Worker\(new URL\([`"']\.\/hash-worker\.js[`"'],\s*import\.meta\.url\)/g)).toHaveLength(1);
});

it('the draft of the format is loaded when a bundle may follow it', async () => {
  const built = await bundle({ page: 'page/with-keys-and-certificates.ts' });
  expect(modulesOf(built, 'page').filter((id) => id.includes('generated/v1.1'))).toEqual([]);
});
