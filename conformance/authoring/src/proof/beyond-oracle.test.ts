import { expect, it } from 'vitest';
import { controlIn } from '../../../suite/src/vectors/control.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { isBinding } from '../../../suite/src/vectors/verdicts.ts';
import { beyondOracle, needlessEntries } from './beyond-oracle.ts';
import { alsoPermitted, clarifiedFindings } from './clarified-power.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map(({ vector }) => [vector.id, vector]));
const beyond = beyondOracle();

it('Each binding requirement that no defect breaks names the vectors that find who breaks it, or says why none can', () => {
  expect(beyond.filter(({ found }) => found.length === 0).map(({ requirement }) => requirement)).toEqual([]);
  expect(needlessEntries()).toEqual([]);
});

it('The vectors that are named for such a requirement are graded by the public text, and so are their controls', () => {
  const named = beyond.flatMap(({ requirement, found }) =>
    typeof found === 'string' ? [] : found.map((id) => ({ requirement, vector: byId.get(id), id })),
  );
  const wrong = named.filter(({ requirement, vector }) => {
    if (vector === undefined || !vector.requirements.includes(requirement)) return true;
    const control = byId.get(controlIn('public', vector, byId) ?? '');
    return vector.heavy || !isBinding(vector.basis) || (control !== undefined && !isBinding(control.basis));
  });
  expect(wrong.map(({ requirement, id }) => `${requirement}: ${id}`)).toEqual([]);
  expect(named.length).toBeGreaterThan(40);
});

it('Each choice that a clarification advises against is found by the clarified verdict of a vector about that clarification', () => {
  const findings = [...clarifiedFindings(loaded)];
  const missed = findings.filter(({ vector }) => vector === null).map(({ choice }) => choice);
  expect(missed).toEqual(Object.keys(alsoPermitted));
  expect(findings.length).toBeGreaterThan(40);
});
