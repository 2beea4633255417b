import { requirements } from '@model-signing/spec/requirements';
import { expect, it } from 'vitest';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { isBinding } from '../../../suite/src/vectors/verdicts.ts';
import { PublicJudge } from './public-power.ts';

/** Those that bind every implementation, and those about verdicts that only this project knows. */
const others = new Set<string>(
  requirements.filter(({ basis }) => isBinding(basis.kind) || basis.kind === 'own').map(({ id }) => id),
);

/** Defects that refuse what is right, so that nothing is left to accept. */
const refusing: readonly string[] = [
  'hint-of-der',
  'hint-without-last-line-feed',
  'low-s-only',
  'root-digest-of-hex',
  'root-digest-by-hash-type',
  'order-by-utf16',
  'order-by-components',
];

/** What such a verifier accepts although the public text refuses it, since the check that it lacks covers that as well. */
const coarse = [
  'manifest_dot-strict',
  'manifest_name-twice-last-right',
  'manifest_resource-algorithm-unknown',
  'manifest_resource-algorithm-upper-case',
  'manifest_serialization-shard-size-null-with-files',
  'manifest_shards-suffix-strict',
  'model_caller-exclusion-leaked',
  'model_recorded-exclusion-leaked',
];

it('A verifier that leaves out every check of the clarifications alone accepts nothing that the public verdict has refused', () => {
  const lacking = Object.entries(verifierDefects)
    .filter(([defect, broken]) => !refusing.includes(defect) && [broken].flat().every((id) => !others.has(id)))
    .map(([defect]) => defect as Defect);
  const failures = [...new PublicJudge(loadAllVectors()).failures('verifier', lacking)];
  const accepted = failures.filter((failure) => failure.endsWith(': accepted'));
  expect(accepted.map((failure) => failure.slice(0, failure.indexOf(':'))).sort()).toEqual(coarse);
});
