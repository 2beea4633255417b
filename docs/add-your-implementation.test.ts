import { expect, it } from 'vitest';
import { loadSuite } from '../conformance/suite/src/vectors/suite.ts';
import { blocks } from './readers-folder.ts';

// Its commands are run by add-your-implementation.exhaustive.test.ts.
it('the page "add your implementation" names only existing vectors', () => {
  const suite = loadSuite();
  const page = blocks.filter(({ language }) => language !== 'python').map(({ text }) => text);
  const named = page.join('\n').match(/\b(?:bundle|envelope|signer|statement|manifest|model)_[a-z0-9-]+/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((id) => !suite.byId.has(id))).toEqual([]);
});
