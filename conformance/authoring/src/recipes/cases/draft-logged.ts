import type { Reason, RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { testKeys } from '../keys.ts';
import { type LoggedRecipe, logged } from '../logged.ts';
import { certificateFile, certificates } from '../pki.ts';
import { accept, type Forgery, type Outcome, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import { otherLogKey, withOtherLog } from '../sigstore.ts';
import { certificate } from '../x509.ts';
import { chain } from './certificate-chain.ts';
import { plainModel } from './models.ts';
import { stamped } from './timestamp.ts';

const LOGGED = 'signer_draft-logged';
const SECOND = `${LOGGED}-version-2`;
const CERTIFIED = `${LOGGED}-certificate`;
const STAMPED = 'signer_draft-timestamp';

/** Log entries and timestamps beside keys and certificates (section 3.5 of the draft). */
export function draftLoggedRecipes(): readonly Recipe[] {
  return [...accepted, ...absent, ...logs, ...entries, ...times, ...certified, ...unasked, ...timestamps];
}

const requirements: readonly RequirementId[] = [
  'OMS-KEYLOG-6',
  'OMS-KEYLOG-7',
  'OMS-KEYLOG-8',
  'OMS-KEYLOG-9',
  'OMS-KEYLOG-13',
];
/** Log and timestamps that need no promise. */
const second: LoggedRecipe = { kind: 'hashedrekord/0.0.2', promise: 'absent', integratedTime: 0, timestamps: [{}] };

const both = (one: Forgery, other: Forgery): Forgery => ({
  material: (material, signed) => {
    one.material?.(material, signed);
    other.material?.(material, signed);
  },
});

// biome-ignore format: each vector is a row of a table
const accepted: readonly VerifyRecipe[] = [
  {
    id: LOGGED, kind: 'verify', profile: 'draft', title: 'the log of the trust root has an entry of the signature by this key',
    requirements, decidedBy: ['OMS-KEYLOG-6'],
    model: plainModel, listing: { draft: true }, forge: logged(),
    inputs: { draft: '1.1', strict: true, trustedRoot: 'trusted_root.json', requireLog: true }, expect: accept(),
  },
  variant(LOGGED, SECOND, 'the entry is of the second version of the log, and a timestamp says when', requirements, { forge: logged(second) }),
  variant(SECOND, `${LOGGED}-version-2-dsse`, 'the entry is of the kind dsse', ['OMS-KEYLOG-8'], { forge: logged({ ...second, kind: 'dsse/0.0.2' }) }),
  variant(LOGGED, `${LOGGED}-and-timestamp`, 'there is a timestamp besides', ['OMS-KEYLOG-9'], { forge: logged({ timestamps: [{}] }) }),
  variant(LOGGED, `${LOGGED}-and-foreign-timestamp`, 'there is a timestamp besides, by an authority that the trust root has not', ['OMS-KEYLOG-9'],
    { level: 'MAY', forge: both(logged(), stamped({})) }),
];

const MISSING: readonly Reason[] = ['signer/log-missing', 'bundle/malformed'];
const INVALID: readonly Reason[] = [
  'signer/log-invalid',
  'signer/log-missing',
  'signer/timestamp-invalid',
  'bundle/malformed',
];
const TIME: readonly Reason[] = [
  ...INVALID,
  'signer/timestamp-imprint',
  'signer/timestamp-untrusted',
  'signer/timestamp-signature',
];

// biome-ignore format: each vector is a row of a table
const absent: readonly VerifyRecipe[] = [
  variant(LOGGED, `${LOGGED}-none`, 'there is no entry', ['OMS-KEYLOG-6'], { forge: { material: (m) => set(m, 'tlogEntries', []) } }, MISSING),
  variant(LOGGED, `${LOGGED}-absent`, 'there is no list of entries', ['OMS-KEYLOG-6'],
    { forge: { material: (m) => set(m, 'tlogEntries', undefined) } }, MISSING),
];

const refuses = (
  id: string,
  title: string,
  requirement: RequirementId,
  recipe: LoggedRecipe,
  from = LOGGED,
  reasons: Outcome = INVALID,
) => variant(from, `${LOGGED}-${id}`, title, [requirement], { forge: logged(recipe) }, reasons);

// biome-ignore format: each vector is a row of a table
const logs: readonly VerifyRecipe[] = [
  refuses('other-log', 'the log is none of the trust root', 'OMS-KEYLOG-7', { log: otherLogKey }),
  refuses('promise-wrong', 'the promise of the log is off by one', 'OMS-KEYLOG-7', { promise: 'wrong' }),
  refuses('time-changed', 'the time of the entry was changed', 'OMS-KEYLOG-7', { after: (entry) => set(entry, 'integratedTime', '1591012921') }),
  refuses('proof-absent', 'the entry has a promise and no proof', 'OMS-KEYLOG-7', { proof: 'absent' }),
  refuses('proof-hash', 'a hash of the proof is wrong', 'OMS-KEYLOG-7', { proof: 'wrong-hash' }),
  refuses('proof-root', 'the proof and the checkpoint are of another tree', 'OMS-KEYLOG-7', { proof: 'wrong-root' }),
  refuses('checkpoint-root', 'the checkpoint is of another tree', 'OMS-KEYLOG-7', { proof: 'wrong-checkpoint' }),
  refuses('checkpoint-signature', 'the signature of the checkpoint is off by one', 'OMS-KEYLOG-7', { proof: 'unsigned-checkpoint' }),
  variant(LOGGED, `${LOGGED}-root-other-log`, 'the trust root has another log of the same name', ['OMS-KEYLOG-7'], { trust: withOtherLog }, INVALID),
];

// biome-ignore format: each vector is a row of a table
const entries: readonly VerifyRecipe[] = [
  refuses('other-key', 'the entry is for another key', 'OMS-KEYLOG-8', { key: testKeys['p256-b'] }),
  refuses('version-2-other-key', 'the entry is for another key', 'OMS-KEYLOG-8', { ...second, key: testKeys['p256-b'] }, SECOND),
  refuses('certificate-of-key', 'the entry has a certificate of the same key', 'OMS-KEYLOG-8', { certificate: certificates['leaf-p256'] }),
  refuses('payload', 'the entry is for another payload', 'OMS-KEYLOG-8',
    { entry: (spec) => set(spec, 'payloadHash', { algorithm: 'sha256', value: '0'.repeat(64) }) }),
  refuses('version-2-payload', 'the entry is for another text', 'OMS-KEYLOG-8',
    { ...second, entry: (spec) => set(spec.data, 'digest', Buffer.alloc(32).toString('base64')) }, SECOND),
  refuses('signature', 'the entry is for another signature by the key', 'OMS-KEYLOG-8',
    { entry: (spec) => set(spec.signatures[0], 'signature', Buffer.from('another signature').toString('base64')) }),
];

// biome-ignore format: each vector is a row of a table
const times: readonly VerifyRecipe[] = [
  refuses('no-time', 'the entry has no promise, and there is no timestamp', 'OMS-KEYLOG-9', { promise: 'absent' }, LOGGED, TIME),
  refuses('version-2-no-timestamp', 'there is no timestamp', 'OMS-KEYLOG-9', { ...second, timestamps: [] }, SECOND, TIME),
  refuses('version-2-timestamp', 'the timestamp is for another signature', 'OMS-KEYLOG-9',
    { ...second, timestamps: [{ over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }] }, SECOND, TIME),
  variant(SECOND, `${LOGGED}-version-2-authority`, 'the authority of the timestamp is none of the trust root', ['OMS-KEYLOG-9'],
    { forge: both(logged({ ...second, timestamps: [] }), stamped({})) }, TIME),
  variant(LOGGED, `${LOGGED}-root-log-ended`, 'the key of the log was valid until the day before', ['OMS-KEYLOG-13'],
    { trust: (root) => set(root.tlogs[0].publicKey, 'validFor', { start: '2019-01-01T00:00:00Z', end: '2020-05-31T00:00:00Z' }) }, INVALID),
];

const anotherCertificate = certificate({
  subject: 'O=OMS conformance tests, CN=Test signer of another name',
  issuer: 'O=OMS conformance tests, CN=Test signer of another name',
  key: testKeys['p256-a'],
  by: testKeys['p256-a'],
  usages: ['codeSigning'],
});

// biome-ignore format: each vector is a row of a table
const certified: readonly VerifyRecipe[] = [
  variant(LOGGED, CERTIFIED, 'the signature is by a certificate, and so is the entry', requirements, {
    inputs: { method: 'certificate', publicKey: undefined, roots: [certificateFile('root')] } as unknown as VerifyRecipe['inputs'] & object,
    forge: both(chain('leaf-p256', 'intermediate'), logged({ certificate: certificates['leaf-p256'] })),
  }),
  refuses('certificate-other', 'the entry is for another certificate of the same key', 'OMS-KEYLOG-8',
    { certificate: anotherCertificate }, CERTIFIED),
  refuses('certificate-key-alone', 'the entry is for the key of the certificate', 'OMS-KEYLOG-8', {}, CERTIFIED),
];

/** What changes no verdict unless the caller asks for it. */
// biome-ignore format: each vector is a row of a table
const unasked: readonly VerifyRecipe[] = [
  {
    id: `${LOGGED}-unasked`, kind: 'verify', profile: 'draft', level: 'SHOULD',
    title: 'the caller requires no entry, and there is one of another key, of no log', requirements: ['OMS-KEYLOG-5'],
    model: plainModel, listing: { draft: true }, forge: logged({ key: testKeys['p256-b'], promise: 'wrong', proof: 'unsigned-checkpoint' }),
    inputs: { draft: '1.1', strict: true }, expect: accept(),
  },
  {
    id: `${STAMPED}-unasked`, kind: 'verify', profile: 'draft', level: 'SHOULD',
    title: 'the caller names no authority, and there is a timestamp of another signature', requirements: ['OMS-KEYLOG-11'],
    model: plainModel, listing: { draft: true }, forge: stamped({ over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }),
    inputs: { draft: '1.1', strict: true }, expect: accept(),
  },
];

const timestampReasons: readonly Reason[] = [
  'signer/timestamp-invalid',
  'signer/timestamp-imprint',
  'signer/timestamp-untrusted',
  'signer/timestamp-signature',
  'signer/timestamp-usage',
  'signer/timestamp-expired',
  'signer/timestamp-refused',
  'signer/timestamp-signer',
  'signer/timestamp-malformed',
];

// biome-ignore format: each vector is a row of a table
const timestamps: readonly VerifyRecipe[] = [
  {
    id: STAMPED, kind: 'verify', profile: 'draft', title: 'a signature with a key has a timestamp by an authority that the caller names',
    requirements: ['OMS-KEYLOG-12'], model: plainModel, listing: { draft: true }, forge: stamped({}),
    inputs: { draft: '1.1', strict: true, timestampRoots: [certificateFile('timestamp-root')] }, expect: accept(),
  },
  variant(STAMPED, `${STAMPED}-none`, 'there is no timestamp', ['OMS-KEYLOG-12'],
    { forge: { material: (m) => set(m, 'timestampVerificationData', undefined) } }),
  variant(STAMPED, `${STAMPED}-imprint`, 'it is over other bytes', ['OMS-KEYLOG-12'],
    { forge: stamped({ over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }) }, timestampReasons),
  variant(STAMPED, `${STAMPED}-authority`, 'the caller names another authority', ['OMS-KEYLOG-12'],
    { inputs: { timestampRoots: [certificateFile('root')] } }, timestampReasons),
];
