import { describe, expect, it } from 'vitest';
import { materialOf, summaries, withProse } from '../testing/material.ts';
import type { TestVector } from '../vectors.ts';
import { vectorBasisFindings } from './vector-basis.ts';

const PROSE = `# Title

- [OMS-JSON-1] A verifier MUST refuse a document that holds the same member name twice.
- [OMS-JSON-2] A verifier SHOULD refuse a document that is long.
- [OMS-JSON-3] A verifier MAY refuse what it likes.
`;

function found(change: Partial<TestVector>): string[] {
  const vector: TestVector = {
    ...{ id: 'bundle_json', kind: 'verify', outcome: 'reject', level: 'MUST', control: null, bundle: null },
    ...{ path: '../vectors/bundle_json/vector.json', source: '' },
    requirements: ['OMS-JSON-1', 'OMS-JSON-2', 'OMS-JSON-3'],
    decidedBy: ['OMS-JSON-1'],
    ...change,
  };
  return summaries(vectorBasisFindings(withProse(materialOf('v1.0'), PROSE), [vector]));
}

describe('vectorBasisFindings', () => {
  it('vectorBasisFindings finds nothing wrong with an outcome that a requirement demands', () => {
    expect(found({})).toEqual([]);
    expect(found({ decidedBy: ['OMS-JSON-3', 'OMS-JSON-1'] })).toEqual([]);
    expect(found({ decidedBy: ['OMS-JSON-2'], level: 'SHOULD' })).toEqual([]);
    expect(found({ decidedBy: ['OMS-JSON-1'], level: 'SHOULD' })).toEqual([]);
    expect(found({ decidedBy: ['OMS-JSON-3'], level: 'MAY' })).toEqual([]);
    expect(found({ decidedBy: ['OMS-JSON-3'], outcome: 'either' })).toEqual([]);
  });

  it.each<[string, Partial<TestVector>, string]>([
    ['nothing decides', { decidedBy: [] }, '- nothing decides its outcome'],
    ['is decided by what it does not name', { decidedBy: ['OMS-JSON-9'] }, 'OMS-JSON-9 it does not name OMS-JSON-9'],
    [
      'is only permitted',
      { decidedBy: ['OMS-JSON-3'], level: 'SHOULD' },
      'OMS-JSON-3 it has the level SHOULD, but what decides it says MAY',
    ],
    [
      'is only recommended',
      { decidedBy: ['OMS-JSON-2', 'OMS-JSON-3'] },
      'OMS-JSON-2 it has the level MUST, but what decides it says SHOULD',
    ],
  ])('vectorBasisFindings finds a vector whose outcome %s', (_fact, change, expected) => {
    expect(found(change)).toEqual([expected]);
  });
});
