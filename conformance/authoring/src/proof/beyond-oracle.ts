import { requirements } from '@model-signing/spec/requirements';
import { producerDefects, sharedDefects } from '../../../suite/src/oracle/signer-defects.ts';
import { verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { readWaivers } from '../../../suite/src/vectors/coverage.ts';
import type { RequirementId } from '../../../suite/src/vectors/vector.ts';
import { isBinding } from '../../../suite/src/vectors/verdicts.ts';

/** A requirement that binds every implementation, and that no defect of the oracle breaks. */
export interface Beyond {
  readonly requirement: RequirementId;
  /** The vectors that find a program which breaks it, or why no vector can. */
  readonly found: readonly string[] | string;
}

/**
 * The oracle does not verify with Sigstore, and it supports everything. For what it cannot do wrongly, these are the vectors that a
 * program fails which does.
 */
const byVectors: { readonly [id in RequirementId]?: readonly string[] } = {
  'OMS-CONF-2': ['bundle_plain', 'bundle_sign-plain', 'bundle_roundtrip'],
  'OMS-SIGSTORE-3': ['signer_sigstore-log-none', 'signer_sigstore-log-null'],
  'OMS-SIGSTORE-4': ['signer_sigstore-key-other'],
  'OMS-SIGSTORE-5': [
    'signer_sigstore-identity-case',
    'signer_sigstore-identity-other',
    'signer_sigstore-identity-prefix',
    'signer_sigstore-identity-suffix',
    'signer_sigstore-issuer-other',
    'signer_sigstore-issuer-slash',
  ],
  'OMS-SIGSTORE-8': [
    'signer_sigstore-authority-other',
    'signer_sigstore-logged-early',
    'signer_sigstore-logged-late',
    'signer_sigstore-timestamp-late',
  ],
  'OMS-SIGSTORE-9': ['signer_sigstore-authority', 'signer_sigstore-critical', 'signer_sigstore-usage'],
  'OMS-SIGSTORE-10': [
    'signer_sigstore-root-no-transparency',
    'signer_sigstore-sct-absent',
    'signer_sigstore-sct-of-another',
    'signer_sigstore-sct-other-log',
  ],
  'OMS-SIGSTORE-11': ['signer_sigstore-time-none'],
  'OMS-SIGSTORE-12': [
    'signer_sigstore-checkpoint-root',
    'signer_sigstore-checkpoint-signature',
    'signer_sigstore-log-claimed',
    'signer_sigstore-log-other',
    'signer_sigstore-promise-wrong',
    'signer_sigstore-proof-absent',
    'signer_sigstore-proof-hash',
    'signer_sigstore-proof-root',
    'signer_sigstore-time-changed',
  ],
  'OMS-SIGSTORE-13': [
    'signer_sigstore-entry-certificate',
    'signer_sigstore-entry-payload',
    'signer_sigstore-entry-signature',
  ],
  'OMS-SIGSTORE-14': ['signer_sigstore-issuer-absent'],
  'OMS-SIGSTORE-20': ['signer_sigstore-timestamp-imprint'],
  'OMS-TRUST-1': ['signer_sigstore-root-other-authority', 'signer_sigstore-root-other-log'],
  'OMS-TRUST-2': ['signer_sigstore-root-authority-ended'],
  'OMS-ENUM-4': ['model_empty'],
  'OMS-SER-8': ['manifest_shards', 'manifest_sign-shards-plain'],
};

const byReason: { readonly [id in RequirementId]?: string } = {
  'OMS-DSSE-9': 'what a program does with a payload before it has verified it stays inside the program',
  'OMS-LINK-11': 'its vector holds a linked directory too, which the public text does not ask a program to walk',
  'OMS-LINK-13': 'a program may refuse a model with such a link, and one that refuses names it in words of its own',
};

/** Each binding requirement without a defect, except permissions, which cannot be broken. */
export function beyondOracle(): Beyond[] {
  const tables = [verifierDefects, producerDefects, sharedDefects];
  const broken = new Set<string>(tables.flatMap((table) => Object.values(table).flat()));
  const waived = new Map(
    readWaivers().flatMap(({ requirement, observations, reason }) => (observations ? [] : [[requirement, reason]])),
  );
  return requirements
    .filter(({ id, level, basis }) => level !== 'MAY' && isBinding(basis.kind) && !broken.has(id))
    .map(({ id }) => ({ requirement: id, found: byVectors[id] ?? byReason[id] ?? waived.get(id) ?? '' }));
}

/** The requirements that have an entry here although a defect of the oracle breaks them, or although they do not bind. */
export function needlessEntries(): string[] {
  const needed = new Set<string>(beyondOracle().map(({ requirement }) => requirement));
  return [...Object.keys(byVectors), ...Object.keys(byReason)].filter((id) => !needed.has(id));
}
