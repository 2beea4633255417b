import { isBuiltin } from 'node:module';
import { expect, it } from 'vitest';
import { bundleProgram, loadedBy } from './bundle.ts';

it('the program has the scripts of its threads, and takes threads and the engine from itself', async () => {
  const { files, packages } = await bundleProgram();
  expect(files.map(({ name }) => name)).toEqual(['main.cjs', 'worker.cjs', 'stream-worker.cjs', 'range-worker.cjs']);
  const [main] = files;
  expect(isBuiltin('node:sea')).toBe(true);
  expect(main?.text).toContain('.getRawAsset)("engine.node")');
  expect(main?.text).toContain('eval: true');
  // What looks for an engine in folders is not in it.
  expect(main?.text).not.toContain('is not built (npm run native builds it)');
  expect(packages.some((each) => each.endsWith('/re2js'))).toBe(true);
});

it.each([
  ['const a = require("ajv");', ['ajv']],
  ["await import('ajv');", ['ajv']],
  ['code: _`require("ajv/dist/runtime/equal").default`', []],
  ['const a = `b` + require("ajv");', ['ajv']],
])('of %j, the script loads %j', (text, names) => {
  expect(loadedBy(text)).toEqual(names);
});
