import type { RequirementId } from '../vectors/vector.ts';

/**
 * What a verifier may do although the oracle does not, with the requirement that leaves it open. None of this is a defect, and no
 * vector may find it.
 */
export const verifierChoices = {
  'json-takes-bom': 'OMS-JSON-10',
  'base64-takes-stray-bits': 'OMS-JSON-9',
  'base64-takes-unpadded': 'OMS-JSON-9',
  'base64-takes-mixed': 'OMS-JSON-9',
  'unknown-members-refused': 'OMS-BUNDLE-12',
  'unknown-envelope-members-refused': 'OMS-BUNDLE-12',
  'unknown-statement-members-refused': 'OMS-BUNDLE-12',
  'unknown-serialization-members-refused': 'OMS-BUNDLE-12',
  'null-materials-not-counted': 'OMS-METHOD-9',
  'log-entries-refused': 'OMS-METHOD-6',
  'timestamps-refused-with-key': 'OMS-METHOD-8',
  'hint-of-any-form': 'OMS-KEY-5',
  'hint-folds-case': 'OMS-KEY-5',
  'hint-beside-raw-bytes': 'OMS-KEY-10',
  'key-on-any-curve': 'OMS-ALG-6',
  'only-self-signed-anchors': 'OMS-CERT-11',
  'exclusion-hides-listed': 'OMS-IGNORE-19',
  'exclusions-on-single-file': 'OMS-MATCH-9',
  'shard-number-without-bound': 'OMS-SHARD-14',
  'shard-size-without-bound': 'OMS-SHARD-14',
} as const satisfies Record<string, RequirementId>;

export type VerifierChoice = keyof typeof verifierChoices;
