import { preAuthenticationEncoding } from '../forge.ts';
import { signatureDer, testKeys } from '../keys.ts';
import { type Recipe, reject, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';

const PLAIN = 'bundle_plain';
const invalid = reject(['envelope/signature-invalid']);
const TYPE = 'application/vnd.in-toto+json';

export function envelopeRecipes(): readonly Recipe[] {
  return [...payloadTypes, ...signedTexts, ...counts, ...keyIds];
}

const types: [fault: string, title: string, type: string][] = [
  ['foreign', 'the payload type is a different one, and signed', 'application/vnd.example+json'],
  ['json', 'the payload type is that of any JSON, and signed', 'application/json'],
  ['parameter', 'the payload type has a parameter, and is signed', `${TYPE}; charset=utf-8`],
  ['upper-case', 'the payload type is in capitals, and signed', TYPE.toUpperCase()],
  ['empty', 'the payload type is empty, and signed', ''],
  ['prefix', 'the payload type has something after it, and is signed', `${TYPE}x`],
  ['space', 'the payload type ends in a space, and is signed', `${TYPE} `],
];

// biome-ignore format: each vector is a row of a table
const payloadTypes: readonly Recipe[] = [
  ...types.map(
    ([fault, title, payloadType]) => variant(PLAIN, `envelope_payload-type-${fault}`, title, ['OMS-DSSE-2'],
      { forge: { payloadType } }, ['envelope/payload-type', 'bundle/malformed'])),
  variant(PLAIN, 'envelope_payload-type-unsigned',
    'the signature is over another payload type than the given one', ['OMS-DSSE-3', 'OMS-DSSE-10'], {
      forge: { signedBytes: (_type, payload) => preAuthenticationEncoding('application/json', payload) },
      why: 'a signature that was made for another purpose would count as one for a model',
    }, invalid),
];

const dsse = (head: string, payload: Buffer) => Buffer.concat([Buffer.from(head), payload]);
// biome-ignore format: each vector is a row of a table
const texts: [fault: string, title: string, text: (type: string, payload: Buffer) => Buffer][] = [
  ['payload-alone', 'the signature is over the payload alone', (_type, payload) => payload],
  ['base64', 'the signature is over the PAE of the payload in Base64',
    (type, payload) => preAuthenticationEncoding(type, Buffer.from(payload.toString('base64')))],
  ['capital-v', 'the signature is over a PAE that begins with DSSEV1',
    (type, payload) => dsse(`DSSEV1 ${type.length} ${type} ${payload.length} `, payload)],
  ['version-2', 'the signature is over a PAE that begins with DSSEv2',
    (type, payload) => dsse(`DSSEv2 ${type.length} ${type} ${payload.length} `, payload)],
  ['no-lengths', 'the signature is over a PAE without lengths', (type, payload) => dsse(`DSSEv1 ${type} `, payload)],
  ['line-feed', 'the signature is over a PAE that ends in a line feed',
    (type, payload) => Buffer.concat([preAuthenticationEncoding(type, payload), Buffer.from('\n')])],
  ['binary-lengths', 'the signature is over a PAE with lengths in eight bytes', (type, payload) => Buffer.concat(
    [Buffer.from('DSSEv1'), length(type.length), Buffer.from(type), length(payload.length), payload])],
  ['other-statement', 'the signature is over another statement',
    (type, payload) => preAuthenticationEncoding(type, Buffer.from(payload.toString().replace('model', 'other')))],
  ['historical', 'the signature is over the text of v0.2.0',
    (type, payload) => dsse(`DSSEV1 ${type.length} ${type} ${payload.length} b'`, Buffer.from(`${payload}'`))],
];
const BYTES = 'envelope_lengths-in-bytes';

// biome-ignore format: each vector is a row of a table
const signedTexts: readonly Recipe[] = [
  ...texts.map(
    ([fault, title, signedBytes]) => variant(PLAIN, `envelope_signed-${fault}`, title,
      fault === 'historical' ? ['OMS-DSSE-3', 'OMS-HIST-4'] : ['OMS-DSSE-3', 'OMS-DSSE-10'], {
        forge: { signedBytes },
      }, fault === 'historical' ? reject(['envelope/signature-invalid', 'statement/predicate-type']) : invalid)),
  variant(PLAIN, BYTES, 'the payload has more bytes than characters', ['OMS-DSSE-3', 'OMS-SUBJECT-4'],
    { listing: { subject: 'modèle \u{1f600} 模型' } }),
  variant(BYTES, 'envelope_lengths-in-characters', 'the signature is over a PAE with lengths in characters',
    ['OMS-DSSE-3', 'OMS-DSSE-10'], {
      forge: {
        signedBytes: (type, payload) => dsse(`DSSEv1 ${type.length} ${type} ${payload.toString().length} `, payload),
      },
    }, invalid),
  variant(PLAIN, 'envelope_payload-spread',
    'the payload is JSON with white space and other orders of members, and signed as it is',
    ['OMS-DSSE-3', 'OMS-DSSE-9'],
    { forge: { payload: (json) => JSON.stringify(JSON.parse(json, reorder), null, '\t') } }),
  variant(PLAIN, 'envelope_payload-reformatted', 'the payload is the signed statement with other white space',
    ['OMS-DSSE-10', 'OMS-DSSE-9'], {
      forge: {
        envelope: (e) => set(e, 'payload',
          Buffer.from(JSON.stringify(JSON.parse(Buffer.from(e.payload, 'base64').toString()), null, 1)).toString(
            'base64')),
      },
    }, invalid),
  variant(PLAIN, 'envelope_payload-line-feed', 'a line feed was added to the payload after signing',
    ['OMS-DSSE-10', 'OMS-DSSE-9'], {
      forge: {
        envelope: (e) => set(e, 'payload',
          Buffer.concat([Buffer.from(e.payload, 'base64'), Buffer.from('\n')]).toString('base64')),
      },
    }, invalid),
];

function reorder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const count = reject(['envelope/signature-count', 'bundle/malformed']);
const wrong = signatureDer({ r: 1n, s: 1n }).toString('base64');
const envelope = (edit: (signatures: Forged[]) => unknown[]) => ({
  forge: { envelope: (e: Forged) => set(e, 'signatures', edit(e.signatures)) },
});

// biome-ignore format: each vector is a row of a table
const counts: readonly Recipe[] = [
  variant(PLAIN, 'envelope_signatures-none', 'there is no signature', ['OMS-DSSE-5'],
    envelope(() => []), count),
  variant(PLAIN, 'envelope_signatures-second-wrong', 'there is a second signature, which does not verify',
    ['OMS-DSSE-5'], envelope(([first]) => [first, { sig: wrong, keyid: '' }]), count),
  variant(PLAIN, 'envelope_signatures-first-wrong', 'a signature that does not verify comes before the one that does',
    ['OMS-DSSE-5'], envelope(([first]) => [{ sig: wrong, keyid: '' }, first]), count),
  variant(PLAIN, 'envelope_signatures-twice', 'the signature appears twice', ['OMS-DSSE-5'],
    envelope(([first]) => [first, first]), count),
  variant(PLAIN, 'envelope_signatures-null', 'null comes after the signature', ['OMS-DSSE-5'],
    envelope(([first]) => [first, null]), count),
];

const keyid = (value: unknown) => ({
  forge: {
    envelope: ({ signatures: [signature] }: Forged) => {
      if (value === undefined) delete signature.keyid;
      else signature.keyid = value;
    },
  },
});

// biome-ignore format: each vector is a row of a table
const keyIds: readonly Recipe[] = [
  variant(PLAIN, 'envelope_keyid-absent', 'there is no keyid', ['OMS-DSSE-7'], keyid(undefined)),
  variant(PLAIN, 'envelope_keyid-null', 'the keyid is null', ['OMS-DSSE-7', 'OMS-HIST-5'],
    keyid(null)),
  variant('envelope_keyid-null', 'envelope_keyid-null-strict', 'strict mode is asked for', ['OMS-DSSE-7', 'OMS-HIST-5'],
    { inputs: { strict: true } }),
  variant(PLAIN, 'envelope_keyid-any', 'the keyid is any text', ['OMS-DSSE-8'], keyid('key-7')),
  variant(PLAIN, 'envelope_keyid-of-another-key', 'the keyid is the hint of another key', ['OMS-DSSE-8'],
    keyid(testKeys['p256-b'].hint)),
];
