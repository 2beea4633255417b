import { accept, either, type Recipe, reject, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { plainModel } from './models.ts';

const PLAIN = 'bundle_plain';
/** A verifier may be more precise than the schema about what is missing. */
const malformed = reject(['bundle', 'envelope', 'signer/material-ambiguous']);

export function bundleRecipes(): readonly Recipe[] {
  // biome-ignore format: each vector is a row of a table
  return [
    {
      id: PLAIN,
      kind: 'verify',
      title: 'three files, signed by a key on P-256',
      requirements: ['OMS-CONF-2', 'OMS-BUNDLE-3', 'OMS-BUNDLE-6', 'OMS-DSSE-7', 'OMS-DSSE-10', 'OMS-STMT-2',
        'OMS-STMT-4', 'OMS-ENUM-1'],
      model: plainModel,
      expect: accept({ report: { resources: 3 } }),
    },
    ...mediaTypes,
    ...shapes,
    ...materials,
    ...unknownMembers,
  ];
}

const good = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const mediaTypesCases: [fault: string, title: string, value: unknown][] = [
  ['absent', 'the media type is absent', undefined],
  ['null', 'the media type is null', null],
  ['empty', 'the media type is empty', ''],
  ['suffix', 'the media type has something after it', `${good}-evil`],
  ['parameter', 'the media type has a parameter', `${good};version=0.3`],
  ['newer', 'the media type is of a version to come', 'application/vnd.dev.sigstore.bundle.v0.4+json'],
  ['upper-case', 'the media type is in capitals', good.toUpperCase()],
  ['space', 'the media type ends in a space', `${good} `],
  ['foreign', 'the media type is that of any JSON', 'application/json'],
];

const mediaType = (value: unknown) => ({
  forge: { bundle: (bundle: Forged) => set(bundle, 'mediaType', value) },
});
const family = 'application/vnd.dev.sigstore.bundle';

// biome-ignore format: each vector is a row of a table
const mediaTypes: readonly Recipe[] = [
  ...mediaTypesCases.map(
    ([fault, title, value]) => variant(PLAIN, `bundle_media-type-${fault}`, title, ['OMS-BUNDLE-3'],
      mediaType(value), ['bundle/media-type', 'bundle/malformed'])),
  variant(PLAIN, 'bundle_media-type-earlier-0-2', 'the media type is in the earlier form of version 0.2',
    ['OMS-BUNDLE-10'], { level: 'SHOULD', ...mediaType(`${family}+json;version=0.2`) }),
  variant(PLAIN, 'bundle_media-type-earlier-0-3', 'the media type is in the earlier form of version 0.3',
    ['OMS-BUNDLE-10'], { level: 'SHOULD', ...mediaType(`${family}+json;version=0.3`) }),
  variant(PLAIN, 'bundle_media-type-older', 'the media type is that of version 0.2', ['OMS-BUNDLE-11'],
    mediaType(`${family}.v0.2+json`), either),
  variant(PLAIN, 'bundle_media-type-oldest', 'the media type is in the form of version 0.1', ['OMS-BUNDLE-11'],
    mediaType(`${family}+json;version=0.1`), either),
];

// biome-ignore format: each vector is a row of a table
const shapesCases: [fault: string, title: string, edit: (bundle: Forged) => void][] = [
  ['material-absent', 'the verification material is absent', (b) => set(b, 'verificationMaterial', undefined)],
  ['material-null', 'the verification material is null', (b) => set(b, 'verificationMaterial', null)],
  ['material-array', 'the verification material is an array',
    (b) => set(b, 'verificationMaterial', [b.verificationMaterial])],
  ['key-not-object', 'the public key is a string',
    (b) => set(b.verificationMaterial, 'publicKey', b.verificationMaterial.publicKey.hint)],
  ['log-entries-not-array', 'the log entries are an object', (b) => set(b.verificationMaterial, 'tlogEntries', {})],
  ['envelope-absent', 'the envelope is absent', (b) => set(b, 'dsseEnvelope', undefined)],
  ['envelope-null', 'the envelope is null', (b) => set(b, 'dsseEnvelope', null)],
  ['payload-absent', 'the payload is absent', (b) => set(b.dsseEnvelope, 'payload', undefined)],
  ['payload-not-text', 'the payload is the statement itself',
    (b) => set(b.dsseEnvelope, 'payload', JSON.parse(Buffer.from(b.dsseEnvelope.payload, 'base64').toString()))],
  ['payload-type-absent', 'the payload type is absent', (b) => set(b.dsseEnvelope, 'payloadType', undefined)],
  ['signatures-absent', 'the signatures are absent', (b) => set(b.dsseEnvelope, 'signatures', undefined)],
  ['signatures-not-array', 'the signature is not in an array',
    (b) => set(b.dsseEnvelope, 'signatures', b.dsseEnvelope.signatures[0])],
  ['sig-absent', 'the signature has no sig', (b) => set(b.dsseEnvelope.signatures[0], 'sig', undefined)],
  ['sig-null', 'the sig is null', (b) => set(b.dsseEnvelope.signatures[0], 'sig', null)],
  ['sig-empty', 'the sig is empty', (b) => set(b.dsseEnvelope.signatures[0], 'sig', '')],
  ['keyid-number', 'the keyid is a number', (b) => set(b.dsseEnvelope.signatures[0], 'keyid', 7)],
  ['message-signature', 'a message signature replaces the envelope', (b) => {
    set(b, 'messageSignature', { signature: b.dsseEnvelope.signatures[0].sig });
    set(b, 'dsseEnvelope', undefined);
  }],
];

const shapes: readonly Recipe[] = shapesCases.map(([fault, title, bundle]) =>
  variant(
    PLAIN,
    `bundle_${fault}`,
    title,
    fault === 'payload-type-absent' ? ['OMS-BUNDLE-6', 'OMS-DSSE-2'] : ['OMS-BUNDLE-6'],
    { forge: { bundle } },
    malformed,
  ),
);

const ambiguous = reject(['signer/material-ambiguous', 'bundle/malformed']);
const both = (member: string, value: unknown) => ({
  forge: { material: (material: Forged) => set(material, member, value) },
});
const certificate = { rawBytes: Buffer.from('not a certificate').toString('base64') };

// biome-ignore format: each vector is a row of a table
const materials: readonly Recipe[] = [
  variant(PLAIN, 'bundle_material-none', 'no member names the signer', ['OMS-METHOD-2'],
    both('publicKey', undefined), ambiguous),
  variant(PLAIN, 'bundle_material-key-and-chain', 'a certificate chain is beside the key', ['OMS-METHOD-2'],
    both('x509CertificateChain', { certificates: [certificate] }), ambiguous),
  variant(PLAIN, 'bundle_material-key-and-certificate', 'a certificate is beside the key', ['OMS-METHOD-2'],
    both('certificate', certificate), ambiguous),
  variant(PLAIN, 'bundle_material-key-and-null', 'a certificate chain that is null is beside the key',
    ['OMS-METHOD-9', 'OMS-METHOD-2'], both('x509CertificateChain', null), either),
  variant(PLAIN, 'bundle_material-key-null', 'the public key is null', ['OMS-BUNDLE-6'],
    both('publicKey', null), ['bundle/malformed', 'signer/material-ambiguous']),
  variant(PLAIN, 'bundle_log-entries-absent', 'there is no tlogEntries', ['OMS-METHOD-5'],
    both('tlogEntries', undefined)),
  variant(PLAIN, 'bundle_log-entries-empty', 'tlogEntries is an empty array, and comes first', ['OMS-METHOD-5'], {
    forge: {
      bundle: (b) => set(b, 'verificationMaterial', { tlogEntries: [], publicKey: b.verificationMaterial.publicKey }),
    },
  }),
  variant(PLAIN, 'bundle_log-entries-ignored', 'a log entry, of no log, is beside the key', ['OMS-METHOD-6'], {
    level: 'SHOULD', ...both('tlogEntries', [
      {
        logIndex: '1',
        logId: { keyId: Buffer.alloc(32, 1).toString('base64') },
        kindVersion: { kind: 'dsse', version: '0.0.1' },
        canonicalizedBody: Buffer.from('{}').toString('base64'),
        inclusionPromise: { signedEntryTimestamp: Buffer.alloc(8).toString('base64') },
      },
    ]),
  }),
  variant(PLAIN, 'bundle_timestamps-ignored', 'a timestamp, of no authority, is beside the key', ['OMS-METHOD-8'],
    {
      level: 'SHOULD',
      ...both('timestampVerificationData',
        { rfc3161Timestamps: [{ signedTimestamp: Buffer.from('no timestamp').toString('base64') }] }),
    }),
];

const unknown = (title: string, id: string, at: (bundle: Forged) => Forged) =>
  variant(PLAIN, `bundle_unknown-member-${id}`, `${title} has unknown members`, ['OMS-BUNDLE-12'], {
    level: 'SHOULD',
    forge: { bundle: (bundle) => Object.assign(at(bundle), { futureMember: { nested: [1, null, 'x'] }, x: true }) },
  });

const unknownMembers: readonly Recipe[] = [
  unknown('the bundle', 'top', (b) => b),
  unknown('the verification material', 'material', (b) => b.verificationMaterial),
  unknown('the public key', 'key', (b) => b.verificationMaterial.publicKey),
  unknown('the envelope', 'envelope', (b) => b.dsseEnvelope),
  unknown('the signature', 'signature', (b) => b.dsseEnvelope.signatures[0]),
  // The Sigstore format makes the two one choice, and the public text says nothing of the other member.
  variant(
    PLAIN,
    'bundle_message-signature-beside',
    'a message signature is beside the envelope',
    ['OMS-BUNDLE-12'],
    {
      level: 'SHOULD',
      forge: {
        bundle: (b) => set(b, 'messageSignature', { signature: b.dsseEnvelope.signatures[0].sig }),
      },
    },
    either,
  ),
];
