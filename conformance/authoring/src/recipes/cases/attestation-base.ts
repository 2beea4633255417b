import { createHash } from 'node:crypto';
import type { Expectation, RequirementId, VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { SLSA } from '../attestation-file.ts';
import { type KeyName, testKeys } from '../keys.ts';
import {
  type AttestationFileRecipe,
  type AttestationRecipe,
  accept,
  type Outcome,
  set,
  type VerifyRecipe,
  variant,
} from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { plainModel } from './models.ts';

/** The plainest acceptance of a model with an attestation, of which nearly all other vectors of attestations are variants. */
export const PLAIN = 'attestation_plain';

export const missing = ['statement/attestation-missing'] as const;

/** One file of these entries. */
export const file = (
  entries: AttestationFileRecipe['entries'],
  text?: AttestationFileRecipe['text'],
): readonly AttestationFileRecipe[] => [{ entries, ...(text && { text }) }];

/** The inputs for a caller who requires these types. */
export const requiring = (...types: readonly string[]): Partial<VectorInputs> => ({ requireAttestation: types });

export const plainest: VerifyRecipe = {
  id: PLAIN,
  kind: 'verify',
  profile: 'attestations',
  title: 'the signer of the model has attested what the caller requires',
  requirements: ['OMS-ATTEST-2', 'OMS-ATTEST-5', 'OMS-ATTEST-8', 'OMS-ATTEST-13', 'OMS-ATTEST-14', 'OMS-ATTEST-24'],
  model: plainModel,
  inputs: requiring(SLSA),
  attestations: file([{}]),
  expect: accept({ report: { verdict: 'verified', attestations: [{ line: 1, verdict: 'accepted', type: SLSA }] } }),
};

type Change = Omit<VerifyRecipe, 'kind' | 'from' | 'id' | 'title' | 'requirements' | 'expect'>;

/** A vector that differs from its control by its attestation, or by another change. */
export function attesting(
  from: string,
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: AttestationRecipe | { readonly with: Change },
  outcome: Outcome = accept(),
): VerifyRecipe {
  const changes = 'with' in change ? change.with : { attestations: file([change]) };
  return variant(from, `attestation_${id}`, title, requirements, changes, outcome);
}

/** An edit of the statement. */
export const stating = (statement: (statement: Forged) => void): AttestationRecipe => ({ statement });

/** An edit of the only subject. */
export const about = (edit: (subject: Forged) => void): AttestationRecipe => stating(({ subject }) => edit(subject[0]));

/** What a report says of each entry. */
export const told = (...entries: NonNullable<NonNullable<Expectation['report']>['attestations']>): Expectation =>
  accept({ report: { attestations: entries } });

/** As cosign writes it: an older statement, another hint, no log entries, no annotation, and the name of some file. */
export function byCosign(signer: KeyName = 'p256-a'): AttestationRecipe {
  return {
    signer,
    statement: (statement) => {
      set(statement, '_type', 'https://in-toto.io/Statement/v0.1');
      set(statement.subject[0], 'annotations', undefined);
      set(statement.subject[0], 'name', 'config.json');
    },
    forge: {
      material: (material) => {
        set(material, 'tlogEntries', undefined);
        set(material.publicKey, 'hint', cosignHint(signer));
      },
      envelope: ({ signatures }) => set(signatures[0], 'keyid', undefined),
    },
  };
}

/** The hint of cosign: the Base64 of the SHA-256 of the key in DER. */
export function cosignHint(signer: KeyName): string {
  const der = testKeys[signer].publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64');
}
