import type { Case } from './cases.ts';
import { type Implementation, usesLibrary } from './implementation.ts';

type Party = Pick<Implementation, 'name' | 'signsAnyHash'>;

/** Whether a case says anything about these two, of which one signs and the other verifies. */
export function isTried(testCase: Case, signer: Party, verifier: Party): boolean {
  const { onlySigner, through, sign = {} } = testCase;
  if (!signer.signsAnyHash && usesLibrary(sign)) return false;
  // Its command has no counterpart to the parts of the Python peer.
  if (through !== undefined && [signer.name, verifier.name].includes('go')) return false;
  if (onlySigner === undefined) return true;
  // A case for one signer compares it with ours.
  const isWithOurs = signer.name === 'ours' || verifier.name === 'ours';
  return isWithOurs && (onlySigner === 'ours') === (signer.name === 'ours');
}
