import type { Broken } from './broken.ts';

/** Defects of verifiers of attestation files in a model: section 7.3 of the draft. */
export const attestationFileDefects = {
  'exclude-attestations-of-any-type': 'OMS-EXCLUDE-6',
  'attestation-files-refused': 'OMS-EXCLUDE-7',
  'attestation-files-in-lines-refused': 'OMS-EXCLUDE-7',
  'attestation-files-without-log-entries-refused': 'OMS-EXCLUDE-7',
  'attestation-files-of-one-name': 'OMS-EXCLUDE-7',
  'attestation-files-unasked': 'OMS-EXCLUDE-8',
  'attestation-files-at-any-depth': 'OMS-EXCLUDE-8',
  'attestation-names-fold-case': 'OMS-EXCLUDE-8',
  'attestation-names-by-ending': 'OMS-EXCLUDE-8',
  'attestation-files-of-any-name': 'OMS-EXCLUDE-8',
  'attestation-files-by-name-alone': 'OMS-EXCLUDE-8',
  'attestation-files-by-first-line': 'OMS-EXCLUDE-8',
  'attestation-files-may-be-empty': 'OMS-EXCLUDE-8',
  'attestation-files-of-any-json': 'OMS-EXCLUDE-8',
  'attestation-bundles-of-any-count': 'OMS-EXCLUDE-8',
  'attestation-links-passed': 'OMS-EXCLUDE-8',
  'attestation-files-hide-listed': 'OMS-EXCLUDE-10',
  'attestation-files-not-reported': 'OMS-EXCLUDE-11',
  'exclude-attestations-with-links': 'OMS-EXCLUDE-12',
} as const satisfies Record<string, Broken>;
