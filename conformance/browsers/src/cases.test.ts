import { expect, it } from 'vitest';
import { prepareCases } from './cases.ts';
import { verifyInNode } from './in-node.ts';

it('the vectors of the draft have the expected outcome, so that no input is lost on the way to a page', {
  timeout: 240_000,
}, async () => {
  const wrong: string[] = [];
  const ready = prepareCases().flatMap((each) =>
    'ready' in each && each.loaded.vector.profile === 'draft' ? [each] : [],
  );
  for (const { loaded, ready: prepared } of ready) {
    const { outcome } = await verifyInNode(loaded, prepared);
    const expected = loaded.vector.expect.outcome;
    if (expected !== 'either' && outcome !== expected) wrong.push(`${loaded.vector.id}: ${outcome}`);
  }
  expect(wrong).toEqual([]);
  expect(ready.length).toBeGreaterThan(150);
});
