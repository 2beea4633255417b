import type { Broken } from './broken.ts';

/** Defects of verifiers of logs and timestamps beside keys and certificates: section 3.5 of the draft. */
export const logDefects = {
  'log-not-required': 'OMS-KEYLOG-6',
  'log-of-any-key': 'OMS-KEYLOG-7',
  'log-promise-unchecked': 'OMS-KEYLOG-7',
  'log-proof-may-be-absent': 'OMS-KEYLOG-7',
  'log-proof-unchecked': 'OMS-KEYLOG-7',
  'log-checkpoint-of-any-tree': 'OMS-KEYLOG-7',
  'log-checkpoint-unsigned': 'OMS-KEYLOG-7',
  'log-signature-unchecked': 'OMS-KEYLOG-8',
  'log-payload-unchecked': 'OMS-KEYLOG-8',
  'log-signer-unchecked': 'OMS-KEYLOG-8',
  'log-time-may-be-absent': 'OMS-KEYLOG-9',
  'log-timestamps-unchecked': 'OMS-KEYLOG-9',
  'log-validity-unchecked': 'OMS-KEYLOG-13',
  'key-timestamps-unchecked': 'OMS-KEYLOG-12',
  'key-timestamps-required': 'OMS-KEYLOG-12',
} as const satisfies Record<string, Broken>;
