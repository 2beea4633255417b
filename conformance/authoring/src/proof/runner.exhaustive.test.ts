import { expect, it } from 'vitest';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { missedByRunner } from './missed-by-runner.ts';

it('The runner passes a correct verifier and fails each defective one on the vector that finds it', () => {
  expect(missedByRunner(loadAllVectors(), { oneIn: 1 })).toEqual([]);
});
