import { expect, it } from 'vitest';
import { canJudge, judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import { verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import type { Defect } from '../../../suite/src/oracle/verifier-defects.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { DefectFinder, unfindable } from './find-defects.ts';
import { proveOneFault, requirementsOf } from './one-fault.ts';
import { unprovenKeywords } from './schema-keywords.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map((each) => [each.vector.id, each]));

/** Milliseconds: catches a hang, even on a busy machine. */
const LIMIT = 600_000;

/** Schema keywords that no vector depends on, by the reason. */
const unproven = {
  'No vector has a value of another type there': [
    'predicate  type',
    'predicate /$defs/serialization type',
    'predicate /$defs/resourceDescriptor/properties/algorithm type',
    'predicate /$defs/resourceName type',
    'predicate /$defs/canonicalName type',
    'predicate /$defs/ignorePath type',
    'statement /$defs/subject type',
    'statement /$defs/rootDigest type',
    'envelope /$defs/signature type',
    'bundle /$defs/verificationMaterial type',
    'bundle /$defs/publicKey type',
  ],
  'Another keyword refuses the same': [
    'predicate /$defs/serialization/allOf/0/if required',
    'predicate /$defs/serialization/allOf/1/if required',
    'predicate /$defs/shardName allOf',
    'predicate /$defs/shardName/allOf/0 not',
    'predicate /$defs/sharded required',
    'predicate /$defs/sharded/properties/serialization required',
  ],
  'Certificates, timestamps and log entries are parsed and verified, so their shape alone decides nothing': [
    'bundle /$defs/verificationMaterial/then/properties/tlogEntries items',
    'bundle /$defs/x509CertificateChain type',
    'bundle /$defs/x509CertificateChain required',
    'bundle /$defs/x509CertificateChain/properties/certificates type',
    'bundle /$defs/x509Certificate required',
    'bundle /$defs/timestampVerificationData type',
    'bundle /$defs/timestampVerificationData/properties/rfc3161Timestamps type',
    'bundle /$defs/timestampVerificationData/properties/rfc3161Timestamps items',
    'bundle /$defs/timestampVerificationData/properties/rfc3161Timestamps/items type',
    'bundle /$defs/timestampVerificationData/properties/rfc3161Timestamps/items required',
    'bundle /$defs/logEntry allOf',
    'bundle /$defs/logEntry/allOf/0 required',
    'bundle /$defs/logEntry type',
    'bundle /$defs/logEntry required',
    'bundle /$defs/logEntry anyOf',
    'bundle /$defs/logEntry/properties/logId type',
    'bundle /$defs/logEntry/properties/logId required',
    'bundle /$defs/logEntry/properties/kindVersion type',
    'bundle /$defs/logEntry/properties/kindVersion required',
    'bundle /$defs/logEntry/properties/kindVersion/properties/kind type',
    'bundle /$defs/logEntry/properties/kindVersion/properties/version type',
    'bundle /$defs/logEntry/properties/inclusionPromise type',
    'bundle /$defs/logEntry/properties/inclusionProof type',
    'bundle /$defs/logEntry/anyOf/0 required',
    'bundle /$defs/logEntry/anyOf/1 required',
  ],
} as const;

/** The same for what the draft of version 1.1 adds. */
const unprovenInDraft = {
  'Another keyword refuses the same': [
    'predicate /$defs/subManifests/items/properties/name type',
    'predicate /$defs/subManifests/items/properties/algorithm type',
    'predicate /$defs/namesSubManifests/properties/extensions type',
    'predicate /$defs/serialization/allOf/2/if required',
  ],
  'What is signed together is checked besides, and refused for the same': [
    'predicate /$defs/serialization/allOf/0/else/properties/exclude_attestations/not const',
  ],
  'The subjects are compared with what they must be, which refuses the same': [
    'statement /$defs/annotations required',
    'statement /$defs/annotations type',
    'statement /$defs/annotations/properties/modelSigning required',
    'statement /$defs/annotations/properties/modelSigning type',
    'statement /$defs/annotations/properties/modelSigning/properties/predicateType enum',
  ],
  'A vector with no other fault would need a model of 10,001 directories with a sub-manifest each': [
    'predicate /$defs/subManifests maxItems',
  ],
} as const;

it(
  'Every defect of the oracle is found by a vector that names the broken requirement, except for those listed with a reason',
  () => {
    const findings = [...new DefectFinder(loaded).find()];
    const missed = findings.filter(({ vector }) => vector === null);
    expect(missed.map(({ defect }) => defect)).toEqual(Object.keys(unfindable));
    expect(findings.length).toBeGreaterThan(480);
  },
  LIMIT,
);

it(
  'Every schema keyword of version 1.0 decides some vector, except for those listed with a reason',
  () => {
    expect(unprovenKeywords('v1.0', loaded).sort()).toEqual(Object.values(unproven).flat().sort());
  },
  LIMIT,
);

it(
  'Every schema keyword that the draft of version 1.1 adds decides some vector, except for those listed with a reason',
  () => {
    expect(unprovenKeywords('v1.1', loaded).sort()).toEqual(Object.values(unprovenInDraft).flat().sort());
  },
  LIMIT,
);

/** Refusals of what a verifier may refuse without breaking the format: by these, a defect could hide behind strictness. */
const strictness = [...Object.keys(verifierChoices), 'always-strict'].filter(
  (choice) => choice.endsWith('-refused') || choice === 'always-strict',
) as Defect[];

/** Vectors whose fault cannot be there without something else that a stricter verifier refuses. */
const inherent = {
  'attestation_policy-historical': 'the older form is what a verifier may refuse',
  'attestation_policy-strict-historical': 'the older form is what a verifier may refuse',
  'bundle_deep-arrays': 'no known member of a bundle may hold nested values',
  'bundle_deep-objects': 'no known member of a bundle may hold nested values',
  'manifest_draft-sub-manifest-unsorted': 'strict mode refuses what a verifier may always refuse',
  'manifest_name-twice-apart': 'a name is repeated apart only in a list that is not sorted',
  'manifest_order-case-other-strict': 'strict mode refuses what a verifier may always refuse',
  'manifest_order-reversed-strict': 'strict mode refuses what a verifier may always refuse',
  'manifest_order-tokenizer-other-strict': 'strict mode refuses what a verifier may always refuse',
  'manifest_order-unicode-other-strict': 'strict mode refuses what a verifier may always refuse',
  'manifest_shards-by-number-strict': 'strict mode refuses what a verifier may always refuse',
  'model_recorded-exclusion-glob-escape': 'a verifier may refuse a recorded exclusion with a backslash',
  'model_recorded-exclusion-glob-separator': 'a verifier may refuse a recorded exclusion with a backslash',
  'signer_raw-bytes-of-attacker': 'the key of the attacker is in a member that a verifier may refuse',
} as const;

it(
  'The fault of a refused vector is the only one for verifiers that are as strict as they may be',
  () => {
    const hidden = loaded.flatMap((each) => {
      const { vector, bundle } = each;
      const control = byId.get(vector.control ?? '');
      const seen = bundle && !vector.heavy && control && canJudge(control.vector);
      if (!seen || vector.expect.outcome !== 'reject') return [];
      const proof = proveOneFault(each, control);
      if (typeof proof === 'string' || proof.by !== 'check') return [];
      const other = (defect: Defect) => !requirementsOf(defect).some((id) => vector.requirements.includes(id));
      const applicable = strictness.filter(
        (strict) => other(strict) && judgeVector(control, [strict]).outcome === 'accept',
      );
      const hides = (strict: readonly Defect[]) => judgeVector(each, [proof.check, ...strict]).outcome !== 'accept';
      return hides(applicable) ? applicable.filter((one) => hides([one])).map((one) => [vector.id, one]) : [];
    });
    expect(new Set(hidden.map(([id]) => id))).toEqual(new Set(Object.keys(inherent)));
  },
  LIMIT,
);
