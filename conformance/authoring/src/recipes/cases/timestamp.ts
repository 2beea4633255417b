import type { RequirementId } from '@model-signing/spec';
import type { Reason, VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { type CertificateName, certificateFile, certificates, timestampKey } from '../pki.ts';
import { accept, type Forgery, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import { type TimestampRecipe, timestamp } from '../timestamp.ts';
import { CHAIN, chain } from './certificate-chain.ts';

const STAMPED = 'signer_timestamp';
const trusting: Pick<VectorInputs, 'timestampRoots'> = { timestampRoots: [certificateFile('timestamp-root')] };

type Stamp = Partial<TimestampRecipe> & {
  readonly by?: CertificateName;
  readonly over?: (signature: Buffer) => Buffer;
};

/** Puts timestamps over the signature beside the certificates. */
export function stamped(...stamps: readonly Stamp[]): Forgery {
  return {
    material: (material, { signature }) => {
      const rfc3161Timestamps = stamps.map(({ by = 'timestamp', over = (bytes) => bytes, ...more }) => {
        const response = timestamp({
          signature: over(signature),
          time: '2020-06-01T12:00:00Z',
          key: timestampKey,
          certificate: certificates[by],
          ...more,
        });
        return { signedTimestamp: response.toString('base64') };
      });
      set(material, 'timestampVerificationData', { rfc3161Timestamps });
    },
  };
}

/** Timestamps by RFC 3161: they let a signature outlive its certificate. */
export function timestampRecipes(): readonly Recipe[] {
  return [...accepted, ...refused].map((recipe) => ({ ...recipe, profile: 'certificate' as const }));
}

// biome-ignore format: each vector is a row of a table
const accepted: readonly VerifyRecipe[] = [
  {
    ...variant(
      CHAIN,
      STAMPED,
      'the certificate has expired, and a trusted timestamp says that it was valid then',
      ['OMS-CERT-5', 'OMS-CERT-6', 'OMS-CERT-22', 'OMS-TIME-4', 'OMS-TIME-5', 'OMS-TIME-6', 'OMS-TIME-7'],
      // The public text refuses an expired certificate and does not say that a timestamp makes a difference.
      { inputs: trusting, decidedBy: ['OMS-CERT-22'] },
    ),
    forge: {
      ...chain('leaf-expired', 'intermediate'),
      material: (material, signed) => {
        chain('leaf-expired', 'intermediate').material?.(material, signed);
        stamped({}).material?.(material, signed);
      },
    },
  },
  variant(CHAIN, 'signer_timestamp-ignored', 'there is a timestamp, and the caller trusts no authority for it',
    ['OMS-CERT-25', 'OMS-CERT-6'], { forge: stamped({}) }, accept({ warnings: ['signer/timestamp-ignored'] })),
  variant(CHAIN, 'signer_timestamp-of-valid', 'there is a trusted timestamp, and the certificate is valid still',
    ['OMS-TIME-4'], { forge: stamped({}), inputs: trusting }),
  variant(STAMPED, 'signer_timestamp-earliest',
    'there are two timestamps, and the later one is after the certificate expired', ['OMS-CERT-22'],
    { forge: stamped({ time: '2022-01-01T00:00:00Z' }, {}) }),
];

const any: readonly Reason[] = [
  'signer/timestamp-invalid',
  'signer/timestamp-malformed',
  'signer/timestamp-refused',
  'signer/timestamp-imprint',
  'signer/timestamp-signature',
  'signer/timestamp-signer',
  'signer/timestamp-usage',
  'signer/timestamp-untrusted',
  'signer/timestamp-expired',
  'signer/timestamp-not-yet-valid',
  'signer/timestamp-path',
  'signer/certificate-expired',
];
const time: readonly Reason[] = [
  'signer/certificate-expired',
  'signer/certificate-not-yet-valid',
  'signer/certificate-untrusted',
];
// biome-ignore format: each vector is a row of a table
const refusedCases: [fault: string, title: string, requirement: RequirementId, stamp: Stamp][] = [
  ['rejected', 'the authority refused to make it', 'OMS-TIME-4', { status: 2 }],
  ['imprint', 'it is over other bytes', 'OMS-TIME-4', { over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }],
  ['imprint-of-base64', 'it is over the Base64 of the signature', 'OMS-TIME-4',
    { over: (bytes) => Buffer.from(bytes.toString('base64')) }],
  ['signature-wrong', 'its own signature is off by one', 'OMS-TIME-4', { signatureOff: true }],
  ['time-changed', 'its time was changed after it was signed', 'OMS-TIME-4', {
    time: '2022-06-01T12:00:00Z',
    tamper: (info) => Buffer.from(info.toString('latin1').replace('20220601', '20200601'), 'latin1'),
  }],
  ['signer-other', 'the attribute names another certificate', 'OMS-TIME-5', { named: certificates['timestamp-other'] }],
  ['usage-not-critical', "the usage of its authority's certificate is not critical", 'OMS-TIME-5',
    { by: 'timestamp-not-critical' }],
  ['usage-two', "its authority's certificate has another usage besides", 'OMS-TIME-5', { by: 'timestamp-two-usages' }],
  ['usage-none', "its authority's certificate has no usage", 'OMS-TIME-5', { by: 'timestamp-no-usage' }],
  ['expired', "its authority's certificate had expired then", 'OMS-TIME-6', { by: 'timestamp-expired' }],
];

// biome-ignore format: each vector is a row of a table
const refused: readonly VerifyRecipe[] = [
  ...refusedCases.map(
    ([fault, title, requirement, stamp]) => variant(STAMPED, `signer_timestamp-${fault}`, title,
      [requirement, 'OMS-TIME-7'],
      { forge: stamped(stamp) },
      any)),
  variant(STAMPED, 'signer_timestamp-none', 'there is no timestamp', ['OMS-CERT-5', 'OMS-CERT-22'],
    { forge: { material: (material) => set(material, 'timestampVerificationData', undefined) } }, time),
  variant(STAMPED, 'signer_timestamp-authority-unknown', 'the caller trusts no authority for timestamps',
    ['OMS-CERT-6'], {
      inputs: { timestampRoots: [] },
      why: 'an attacker who has the key of an expired certificate can make a timestamp of any time',
    }, time),
  variant(STAMPED, 'signer_timestamp-authority-other', 'the caller trusts another authority for timestamps',
    ['OMS-CERT-6', 'OMS-TIME-6', 'OMS-TIME-7'], { inputs: { timestampRoots: [certificateFile('root')] } }, any),
  variant(STAMPED, 'signer_timestamp-authority-for-signing', 'the caller trusts its authority for signatures alone',
    ['OMS-TIME-6', 'OMS-CERT-6'], {
      inputs: {
        roots: [certificateFile('root'), certificateFile('timestamp-root')],
        timestampRoots: [certificateFile('root')],
      },
    }, any),
  variant(STAMPED, 'signer_timestamp-too-late', 'its time is after the certificate expired',
    ['OMS-CERT-5', 'OMS-CERT-22'], { forge: stamped({ time: '2022-06-01T12:00:00Z' }) }, time),
  variant(STAMPED, 'signer_timestamp-too-early', 'its time is before the certificate was valid',
    ['OMS-CERT-5', 'OMS-CERT-22'], { forge: stamped({ time: '2019-06-01T12:00:00Z', by: 'timestamp-expired' }) },
    [...time, 'signer/timestamp-untrusted', 'signer/timestamp-expired']),
  variant('signer_timestamp-of-valid', 'signer_timestamp-none-verified',
    'the only timestamp is over other bytes, and the certificate is valid still', ['OMS-TIME-7', 'OMS-TIME-4'],
    { forge: stamped({ over: (bytes) => Buffer.concat([bytes, bytes]) }) }, any),
  variant('signer_timestamp-of-valid', 'signer_timestamp-garbage', 'the only timestamp is not a timestamp',
    ['OMS-TIME-7', 'OMS-TIME-4'], {
      forge: {
        material: (material) => set(material, 'timestampVerificationData',
          { rfc3161Timestamps: [{ signedTimestamp: Buffer.from('now').toString('base64') }] }),
      },
    }, any),
];
