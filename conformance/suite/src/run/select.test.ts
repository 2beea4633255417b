import { expect, it } from 'vitest';
import { aboutOf, loadSuite } from '../vectors/suite.ts';
import { isDraft } from '../vectors/vector.ts';
import { type Selection, select } from './select.ts';

const suite = loadSuite();

function chosen(more: Partial<Selection>) {
  return select(suite.vectors, { only: [], profiles: [], light: false, drafts: false, ...more });
}

it('the selection leaves out the draft for an adapter that does not follow it', () => {
  const { asked, needed } = chosen({});
  expect([...asked, ...needed].filter(isDraft)).toEqual([]);
  expect(asked).toHaveLength(suite.about.vectors);
  expect(aboutOf(suite, asked)).not.toHaveProperty('draft');
  expect(chosen({ only: ['OMS-STMT-4'] }).asked.filter(isDraft)).toEqual([]);
});

it('the selection includes the draft for an adapter that follows it', () => {
  const { asked } = chosen({ drafts: true });
  expect(asked.filter(isDraft)).toHaveLength(suite.draft.vectors);
  expect(aboutOf(suite, asked)).toEqual({ ...suite.about, draft: suite.draft });
});

it.each<[string, Partial<Selection>]>([
  ['its profile', { profiles: ['draft'] }],
  ['one of its vectors', { only: ['statement_draft-unasked'] }],
])('the selection includes the draft if the command line names %s', (_what, selection) => {
  const { asked, needed } = chosen(selection);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every(isDraft)).toBe(true);
  expect(needed.map(({ vector }) => vector.id)).toContain('statement_draft');
});

it('a signature is judged without another vector', () => {
  const plain = chosen({ only: ['bundle_sign-plain'] });
  expect(plain.needed).toEqual(plain.asked);
});

it('an acceptance by the public text is judged together with a refusal that the public text demands', () => {
  const accepted = suite.vectors.filter(
    ({ vector: { expect: expected, basis, kind } }) =>
      expected.outcome === 'accept' && (basis === 'public' || basis === 'upstream') && kind !== 'sign',
  );
  expect(accepted.length).toBeGreaterThan(100);
  for (const { vector } of accepted) {
    const { needed } = chosen({ only: [vector.id] });
    const refused = needed.filter(({ vector: other }) => other.expect.outcome === 'reject');
    expect(refused.some(({ vector: { basis } }) => basis === 'public' || basis === 'upstream')).toBe(true);
  }
});
