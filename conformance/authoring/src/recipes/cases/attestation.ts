import { email } from '@model-signing/testing/general-names';
import { SLSA } from '../attestation-file.ts';
import { testKeys } from '../keys.ts';
import { accept, set, type VerifyRecipe } from '../recipe.ts';
import { digestOf } from '../signed-model.ts';
import {
  about,
  attesting,
  byCosign,
  cosignHint,
  file,
  missing,
  PLAIN,
  plainest,
  requiring,
  stating,
} from './attestation-base.ts';
import { chain, trusting } from './certificate-chain.ts';
import { oldText } from './history.ts';
import { plainFiles } from './models.ts';
import { keyless } from './sigstore.ts';

/** Which attestations count: sections 13.6 and 13.6.1. */
export function attestationRecipes(): readonly VerifyRecipe[] {
  return [
    plainest,
    ...asked,
    ...shortNames,
    ...signers,
    ...identities,
    ...statements,
    ...types,
    ...subjects,
    ...domains,
    ...strictness,
  ];
}

const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const BOM = 'https://cyclonedx.org/bom';
const both = { inputs: requiring(SLSA, VULN), attestations: file([{}, { type: VULN }]) };

// biome-ignore format: each vector is a row of a table
const asked: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'unasked', 'the caller requires none, and the file has one', ['OMS-ATTEST-3', 'OMS-ATTEST-24'],
    { with: { inputs: { requireAttestation: undefined } } }),
  attesting('attestation_unasked', 'none-unasked', 'the file has no entry', ['OMS-ATTEST-3'], { with: { attestations: file([]) } },
    accept({ report: { attestations: [] } })),
  attesting('attestation_unasked', 'refused-unasked', 'the only attestation is about another model', ['OMS-ATTEST-3', 'OMS-ATTEST-21', 'OMS-ATTEST-24'],
    about(({ digest }) => set(digest, 'sha256', '0'.repeat(64))), accept({ report: { attestations: [{ line: 1, verdict: 'refused' }] } })),
  attesting(PLAIN, 'none', 'the file has no entry', ['OMS-ATTEST-2'], { with: { attestations: file([]) } }, missing),
  attesting(PLAIN, 'no-file', 'there is no file of attestations', ['OMS-ATTEST-2'], { with: { attestations: [] } }, missing),
  attesting(PLAIN, 'two-types', 'the caller requires two types, and the signer has attested both', ['OMS-ATTEST-2'], { with: both }),
  attesting('attestation_two-types', 'first-of-two-types', 'the second of the required types is missing', ['OMS-ATTEST-2'],
    { with: { attestations: file([{}]) } }, missing),
  attesting('attestation_two-types', 'second-of-two-types', 'the first of the required types is missing', ['OMS-ATTEST-2'],
    { with: { attestations: file([{ type: VULN }]) } }, missing),
];

const named = (shortName: string, type: string): VerifyRecipe =>
  attesting(
    PLAIN,
    `short-name-${shortName}`,
    `the caller requires the type by the short name ${shortName}`,
    ['OMS-ATTEST-4'],
    {
      with: { inputs: requiring(shortName), attestations: file([{ type }]) },
    },
  );

// biome-ignore format: each vector is a row of a table
const shortNames: readonly VerifyRecipe[] = [
  named('slsaprovenance1', SLSA),
  named('slsaprovenance', 'https://slsa.dev/provenance/v0.2'),
  named('slsaprovenance02', 'https://slsa.dev/provenance/v0.2'),
  named('cyclonedx', BOM),
  named('spdx', 'https://spdx.dev/Document'),
  named('spdxjson', 'https://spdx.dev/Document'),
  named('vuln', VULN),
  named('openvex', 'https://openvex.dev/ns'),
  named('link', 'https://in-toto.io/Link/v1'),
  named('custom', 'https://cosign.sigstore.dev/attestation/v1'),
  attesting('attestation_short-name-slsaprovenance', 'short-name-of-the-older-version', 'the attestation is of the newer version', ['OMS-ATTEST-4', 'OMS-ATTEST-11'],
    { type: SLSA }, missing),
  attesting('attestation_short-name-cyclonedx', 'type-is-a-short-name', 'the type in the statement is the short name itself', ['OMS-ATTEST-12', 'OMS-ATTEST-4'],
    { type: 'cyclonedx' }, missing),
];

const certified = {
  signer: 'p384-a' as const,
  forge: chain('leaf-example-com', 'intermediate'),
};

// biome-ignore format: each vector is a row of a table
const signers: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'by-another-key', 'another key has attested it', ['OMS-ATTEST-5', 'OMS-KEY-4', 'OMS-DSSE-10'], { signer: 'p256-b' }, missing),
  attesting(PLAIN, 'signature-wrong', 'another key has attested it, and the hint is that of the key to verify with', ['OMS-ATTEST-5', 'OMS-DSSE-10'],
    { signer: 'p256-b', forge: { material: ({ publicKey }) => set(publicKey, 'hint', testKeys['p256-a'].hint) } }, missing),
  attesting(PLAIN, 'payload-changed', 'the payload was changed after it was signed', ['OMS-ATTEST-5', 'OMS-DSSE-10'], {
    type: VULN,
    forge: {
      envelope: (envelope) => {
        const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
        set(statement, 'predicateType', SLSA);
        set(envelope, 'payload', Buffer.from(JSON.stringify(statement)).toString('base64'));
      },
    },
  }, missing),
  attesting(PLAIN, 'payload-type', 'the payload type is another one', ['OMS-ATTEST-5', 'OMS-DSSE-2'],
    { forge: { payloadType: 'application/json' } }, missing),
  attesting(PLAIN, 'signed-twice', 'the envelope has two signatures', ['OMS-ATTEST-5', 'OMS-DSSE-5'],
    { forge: { envelope: ({ signatures }) => signatures.push(signatures[0]) } }, missing),
  attesting(PLAIN, 'media-type', 'the bundle has the media type of a version to come', ['OMS-ATTEST-5', 'OMS-BUNDLE-3'],
    { forge: { bundle: (bundle) => set(bundle, 'mediaType', 'application/vnd.dev.sigstore.bundle.v0.4+json') } }, missing),
  attesting(PLAIN, 'text-of-v0-2', 'the signature is over the text of v0.2.0', ['OMS-ATTEST-5', 'OMS-HIST-4'], { forge: { signedBytes: oldText } }, missing),
  attesting(PLAIN, 'no-log-entries', 'the bundle has no tlogEntries', ['OMS-ATTEST-6'],
    { forge: { material: (material) => set(material, 'tlogEntries', undefined) } }),
  attesting('attestation_no-log-entries', 'no-log-entries-other-key', 'another key has attested it', ['OMS-ATTEST-6', 'OMS-ATTEST-5', 'OMS-KEY-4', 'OMS-DSSE-10'],
    { signer: 'p256-b', forge: { material: (material) => set(material, 'tlogEntries', undefined) } }, missing),
  attesting(PLAIN, 'hint-of-cosign', 'the hint is in the form of cosign', ['OMS-ATTEST-7'],
    { forge: { material: ({ publicKey }) => set(publicKey, 'hint', cosignHint('p256-a')) } }),
  attesting('attestation_hint-of-cosign', 'hint-of-cosign-other-key', 'another key has attested it', ['OMS-ATTEST-5', 'OMS-ATTEST-7', 'OMS-DSSE-10'],
    { signer: 'p256-b', forge: { material: ({ publicKey }) => set(publicKey, 'hint', cosignHint('p256-b')) } }, missing),
  attesting('attestation_hint-of-cosign', 'hint-of-cosign-forged', 'another key has attested it, with the hint of the key to verify with', ['OMS-ATTEST-5', 'OMS-ATTEST-7', 'OMS-DSSE-10'],
    { signer: 'p256-b', forge: { material: ({ publicKey }) => set(publicKey, 'hint', cosignHint('p256-a')) } }, missing),
  attesting('attestation_hint-of-cosign', 'hint-of-no-form', 'the hint is some text', ['OMS-ATTEST-7'],
    { forge: { material: ({ publicKey }) => set(publicKey, 'hint', 'release key') } }),
  attesting(PLAIN, 'cosign', 'cosign has attested the root digest', ['OMS-ATTEST-6', 'OMS-ATTEST-7', 'OMS-ATTEST-8', 'OMS-ATTEST-14', 'OMS-ATTEST-15'], byCosign()),
  attesting('attestation_cosign', 'cosign-other-key', 'another key has attested it', ['OMS-ATTEST-5', 'OMS-ATTEST-7', 'OMS-DSSE-10'], byCosign('p256-b'), missing),
  attesting('attestation_cosign', 'cosign-other-digest', 'it is about another digest', ['OMS-ATTEST-13'], {
    ...byCosign(),
    statement: (statement) => {
      byCosign().statement?.(statement);
      set(statement.subject[0].digest, 'sha256', '0'.repeat(64));
    },
  }, missing),
  attesting(PLAIN, 'certificate', 'the signer has signed and attested with a certificate', ['OMS-ATTEST-5'],
    { with: { inputs: { ...requiring(SLSA), method: 'certificate', publicKey: undefined, ...trusting('root') }, ...certified, attestations: file([certified]) } }),
  attesting('attestation_certificate', 'certificate-untrusted', 'the certificate of the attestation is by another root', ['OMS-ATTEST-5', 'OMS-CERT-3'],
    { signer: 'p256-a', forge: chain('self-signed') }, missing),
  attesting('attestation_certificate', 'certificate-and-key', 'the key of the certificate has attested it without the certificate', ['OMS-ATTEST-5', 'OMS-METHOD-3'],
    { signer: 'p384-a' }, missing),
];

// biome-ignore format: each vector is a row of a table
const identities: readonly VerifyRecipe[] = [
  attesting('signer_sigstore', 'sigstore', 'the caller requires an attestation besides, and the identity has made it', ['OMS-ATTEST-5'],
    { with: { profile: 'sigstore', inputs: requiring(SLSA), attestations: file([{ forge: keyless() }]) } }),
  attesting('attestation_sigstore', 'sigstore-other-identity', 'another identity has made it', ['OMS-ATTEST-5', 'OMS-SIGSTORE-5'],
    { forge: keyless({ names: [email('other@test.example')] }) }, missing),
  attesting('attestation_sigstore', 'sigstore-unlogged', 'it is in no log', ['OMS-ATTEST-5', 'OMS-SIGSTORE-3'], {
    forge: {
      material: (material, signed) => {
        keyless().material?.(material, signed);
        set(material, 'tlogEntries', undefined);
      },
    },
  }, missing),
];

const type = (value: string) => stating((statement) => set(statement, '_type', value));

// biome-ignore format: each vector is a row of a table
const statements: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'statement-v0-1', 'the statement is of version 0.1', ['OMS-ATTEST-8'], type('https://in-toto.io/Statement/v0.1')),
  attesting(PLAIN, 'statement-v0-2', 'the statement is of a version 0.2', ['OMS-ATTEST-8'], type('https://in-toto.io/Statement/v0.2'), missing),
  attesting(PLAIN, 'statement-v2', 'the statement is of a version 2', ['OMS-ATTEST-8'], type('https://in-toto.io/Statement/v2'), missing),
  attesting(PLAIN, 'statement-untyped', 'the statement has no type', ['OMS-ATTEST-8'], stating((statement) => set(statement, '_type', undefined)), missing),
  attesting(PLAIN, 'not-json', 'the payload is no JSON', ['OMS-ATTEST-16', 'OMS-JSON-2'], { forge: { payload: (json) => `${json}}` } }, missing),
  attesting(PLAIN, 'member-twice', 'the payload has its type twice', ['OMS-ATTEST-16', 'OMS-JSON-1'],
    { forge: { payload: (json) => json.replace('{', `{"predicateType":"${SLSA}",`) } }, missing),
  attesting(PLAIN, 'not-an-object', 'the payload is an array', ['OMS-ATTEST-16', 'OMS-ATTEST-2'], { forge: { payload: (json) => `[${json}]` } }, missing),
  attesting(PLAIN, 'predicate-absent', 'the statement has no predicate', ['OMS-ATTEST-17'], stating((statement) => set(statement, 'predicate', undefined))),
  attesting(PLAIN, 'predicate-of-text', 'the predicate is a text', ['OMS-ATTEST-17'], stating((statement) => set(statement, 'predicate', 'reproducible'))),
  attesting(PLAIN, 'predicate-empty', 'the predicate has no members', ['OMS-ATTEST-17'], stating((statement) => set(statement, 'predicate', {}))),
  attesting(PLAIN, 'predicate-of-many-values', 'the predicate has 2,000 values', ['OMS-ATTEST-17'],
    stating((statement) => set(statement, 'predicate', { files: Array.from({ length: 2000 }, (_, index) => index) }))),
  attesting(PLAIN, 'unknown-member', 'the statement has an unknown member', ['OMS-ATTEST-17'], stating((statement) => set(statement, 'issued', '2026-11-01'))),
  attesting(PLAIN, 'unknown-member-in-subject', 'the subject has further members', ['OMS-ATTEST-17'],
    about((subject) => Object.assign(subject, { uri: 'hf://acme/model', mediaType: 'application/octet-stream' }))),
];

// biome-ignore format: each vector is a row of a table
const types: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'other-type', 'the attestation is of another type', ['OMS-ATTEST-11'], { type: VULN }, missing),
  attesting(PLAIN, 'type-longer', 'the type begins with the required one', ['OMS-ATTEST-11'], { type: `${SLSA}.1` }, missing),
  attesting(PLAIN, 'type-case', 'the type differs from the required one by the case of a letter', ['OMS-ATTEST-11'], { type: 'https://slsa.dev/Provenance/v1' }, missing),
  attesting(PLAIN, 'type-slash', 'the type has a slash at its end', ['OMS-ATTEST-11'], { type: `${SLSA}/` }, missing),
  attesting(PLAIN, 'type-urn', 'the type is a URI without slashes', ['OMS-ATTEST-11', 'OMS-ATTEST-12'],
    { with: { inputs: requiring('urn:example:test-result'), attestations: file([{ type: 'urn:example:test-result' }]) } }),
  attesting(PLAIN, 'type-of-1000', 'the type has 1,000 characters', ['OMS-ATTEST-12'],
    { with: { inputs: requiring(`https://example.com/${'a'.repeat(980)}`), attestations: file([{ type: `https://example.com/${'a'.repeat(980)}` }]) } }),
  ...['v1.0', 'v1.9', 'v2.0'].map((version) => ofSignature(`signature-${version.replace('.', '-')}`, `https://model_signing/signature/${version}`, version)),
  ofSignature('signature-in-capitals', 'HTTPS://Model_Signing/signature/v1.0', 'v1.0, in other letters'),
  ofSignature('signature-historical', 'https://model_signing/Digests/v0.1', 'v0.2.0 and before'),
  attesting(PLAIN, 'signature-as-attestation', 'the file holds the signature of the model, and the caller requires its type', ['OMS-ATTEST-9'], {
    with: {
      inputs: requiring('https://model_signing/signature/v1.0'),
      attestations: file([stating((statement) => {
        set(statement, 'predicateType', 'https://model_signing/signature/v1.0');
        set(statement.subject[0], 'annotations', undefined);
      })]),
    },
  }, missing),
  attesting(PLAIN, 'as-signature', 'the signature file has an attestation, whose predicate is a manifest', ['OMS-ATTEST-10', 'OMS-STMT-4'],
    { with: { forge: { statement: (statement) => set(statement, 'predicateType', SLSA) } } }, ['statement/predicate-type']),
];

function ofSignature(id: string, signatureType: string, what: string): VerifyRecipe {
  return attesting(
    PLAIN,
    id,
    `the type is that of signatures of ${what}, and the caller requires it`,
    ['OMS-ATTEST-9'],
    { with: { inputs: requiring(signatureType), attestations: file([{ type: signatureType }]) } },
    missing,
  );
}

const NONE = '0'.repeat(64);
const configDigest = digestOf('sha256', Buffer.from(plainFiles['config.json']));

// biome-ignore format: each vector is a row of a table
const subjects: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'other-digest', 'the subject has another digest', ['OMS-ATTEST-13'], about(({ digest }) => set(digest, 'sha256', NONE)), missing),
  attesting(PLAIN, 'other-model', 'the attestation is about the signature of another model of the same name', ['OMS-ATTEST-13', 'OMS-ATTEST-15'],
    { of: { signed: { name: 'model', tree: [{ kind: 'file', path: 'config.json', content: { utf8: '[]\n' } }] } } }, missing),
  attesting(PLAIN, 'second-subject', 'the first subject has another digest, and the second one the root digest', ['OMS-ATTEST-13'],
    stating(({ subject }) => subject.unshift({ name: 'other', digest: { sha256: NONE } }))),
  attesting('attestation_second-subject', 'two-other-subjects', 'both have another digest', ['OMS-ATTEST-13'], stating((statement) => {
    statement.subject.unshift({ name: 'other', digest: { sha256: NONE } });
    set(statement.subject[1].digest, 'sha256', '1'.repeat(64));
  }), missing),
  attesting(PLAIN, 'further-digest', 'the subject has another digest besides', ['OMS-ATTEST-13'], about(({ digest }) => set(digest, 'sha512', NONE.repeat(2)))),
  attesting(PLAIN, 'digest-of-another-algorithm', 'the subject has the root digest under the name of another algorithm', ['OMS-ATTEST-13'],
    about((subject) => { subject.digest = { gitBlob: subject.digest.sha256 }; }), missing),
  attesting(PLAIN, 'digest-of-a-file', 'the subject has the digest of a file of the model', ['OMS-ATTEST-13'],
    about((subject) => { subject.digest = { sha256: configDigest }; set(subject, 'annotations', undefined); }), missing),
  attesting(PLAIN, 'per-file', 'files of the model are subjects too', ['OMS-ATTEST-13', 'OMS-ATTEST-14'],
    stating(({ subject }) => subject.push({ name: 'config.json', digest: { sha256: configDigest }, annotations: { modelSigning: { digest: 'file' } } }))),
  attesting(PLAIN, 'name-other', 'the subject has another name', ['OMS-ATTEST-15'], about((subject) => set(subject, 'name', 'other'))),
  attesting(PLAIN, 'name-absent', 'the subject has no name', ['OMS-ATTEST-15'], about((subject) => set(subject, 'name', undefined))),
  attesting(PLAIN, 'no-subject', 'there is no subject', ['OMS-ATTEST-16'], stating((statement) => set(statement, 'subject', [])), missing),
  attesting(PLAIN, 'subject-without-digest', 'a second subject has no digest set', ['OMS-ATTEST-16'],
    stating(({ subject }) => subject.push({ name: 'other' })), missing),
  attesting(PLAIN, 'digest-in-capitals', 'the digest has upper-case letters', ['OMS-ATTEST-16', 'OMS-ATTEST-13'],
    about(({ digest }) => set(digest, 'sha256', digest.sha256.toUpperCase())), missing),
  attesting(PLAIN, 'digest-short', 'the digest of a second subject has 63 digits', ['OMS-ATTEST-16'],
    stating(({ subject }) => subject.push({ name: 'other', digest: { sha256: NONE.slice(1) } })), missing),
];

const domain = (edit: (modelSigning: Record<string, unknown>) => void) =>
  about(({ annotations }) => edit(annotations.modelSigning));

const SHARDED = 'attestation_shards';

// biome-ignore format: each vector is a row of a table
const domains: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'no-domain', 'the subject does not say what its digest is of', ['OMS-ATTEST-14'], about((subject) => set(subject, 'annotations', undefined))),
  attesting(PLAIN, 'other-annotations', 'the subject has other annotations alone', ['OMS-ATTEST-14'], about((subject) => set(subject, 'annotations', { note: 'x' }))),
  attesting(PLAIN, 'domain-file', 'the subject says that its digest is of a file', ['OMS-ATTEST-14'], about((subject) => set(subject, 'annotations', { modelSigning: { digest: 'file' } })), missing),
  attesting(PLAIN, 'domain-unknown', 'the subject says that its digest is of something unknown', ['OMS-ATTEST-14'], domain((each) => { each.digest = 'tree'; }), missing),
  attesting(PLAIN, 'domain-text', 'the annotation is a text', ['OMS-ATTEST-14'], about(({ annotations }) => set(annotations, 'modelSigning', 'root')), missing),
  attesting(PLAIN, 'domain-null', 'the annotation is null', ['OMS-ATTEST-14'], about(({ annotations }) => set(annotations, 'modelSigning', null)), missing),
  attesting(PLAIN, 'domain-other-version', 'the root digest is said to be of another version', ['OMS-ATTEST-14'],
    domain((each) => { each.predicateType = 'https://model_signing/signature/v2.0'; }), missing),
  attesting(PLAIN, 'domain-without-version', 'the annotation does not say the version', ['OMS-ATTEST-14'], domain((each) => { delete each.predicateType; }), missing),
  attesting(PLAIN, 'domain-other-method', 'the root digest is said to be of shards', ['OMS-ATTEST-14'], domain((each) => { each.method = 'shards'; }), missing),
  attesting(PLAIN, 'domain-other-algorithm', 'the root digest is said to be of digests by BLAKE2b', ['OMS-ATTEST-14'], domain((each) => { each.hashType = 'blake2b'; }), missing),
  attesting(PLAIN, 'domain-shard-size', 'the root digest is said to be of whole files and of shards of a size', ['OMS-ATTEST-14'], domain((each) => { each.shardSize = 4; }), missing),
  attesting(PLAIN, 'shards', 'the signature is of shards', ['OMS-ATTEST-14'], { with: { profile: 'shards', listing: { method: 'shards', shardSize: 4 } } }),
  attesting(SHARDED, 'shards-other-size', 'the root digest is said to be of shards of another size', ['OMS-ATTEST-14'], domain((each) => { each.shardSize = 8; }), missing),
  attesting(SHARDED, 'shards-of-files', 'the attestation is about a signature of whole files', ['OMS-ATTEST-13'],
    { of: { listing: { method: 'files' } } }, missing),
];

const rawBytes = {
  forge: {
    material: (material: { publicKey: object }) => {
      material.publicKey = { rawBytes: Buffer.from(testKeys['p256-a'].publicPem).toString('base64') };
    },
  },
};

// biome-ignore format: each vector is a row of a table
const strictness: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'strict', 'the verifier is in strict mode', ['OMS-ATTEST-18'], { with: { inputs: { ...requiring(SLSA), strict: true } } }),
  attesting('attestation_strict', 'raw-bytes-strict', 'the attestation names its key in an older form', ['OMS-ATTEST-18', 'OMS-HIST-5'], rawBytes, missing),
  attesting(PLAIN, 'raw-bytes', 'the attestation names its key in an older form', ['OMS-ATTEST-18', 'OMS-KEY-7', 'OMS-HIST-5'], { with: { profile: 'historical', attestations: file([rawBytes]) } },
    accept({ warnings: ['signer/historical-key'] })),
];
