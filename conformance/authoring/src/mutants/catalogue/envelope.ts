import { core, lax, type Mutant, mutant, other } from '../mutant.ts';

const signatures = '/properties/signatures';

/** Defects in reading the envelope: section 10. */
export const envelopeMutants: readonly Mutant[] = [
  mutant(
    'envelope/payload-type-any',
    'OMS-DSSE-2',
    'takes any payload type',
    lax('envelope', '/properties/payloadType', 'const'),
    core('format/envelope.ts', 'if (payloadType !== PAYLOAD_TYPE) {', 'if (payloadType === undefined) {'),
  ),
  mutant(
    'envelope/payload-type-case',
    'OMS-DSSE-2',
    'takes the payload type in any case',
    lax('envelope', '/properties/payloadType', 'const'),
    core(
      'format/envelope.ts',
      'if (payloadType !== PAYLOAD_TYPE) {',
      'if (payloadType?.toLowerCase() !== PAYLOAD_TYPE) {',
    ),
  ),
  mutant(
    'envelope/payload-type-assumed',
    'OMS-DSSE-2',
    'assumes the payload type whatever the envelope says',
    lax('envelope', '/properties/payloadType', 'const'),
    core('format/bundle.ts', 'payloadType: dsseEnvelope.payloadType,', "payloadType: 'application/vnd.in-toto+json',"),
  ),
  mutant(
    'envelope/signatures-several',
    'OMS-DSSE-5',
    'looks at the first of several signatures',
    lax('envelope', signatures, 'maxItems'),
  ),
  mutant(
    'envelope/signatures-anything-after',
    'OMS-DSSE-5',
    'looks at the first of several signatures, whatever the others are',
    lax('envelope', signatures, 'maxItems', 'items'),
  ),
  mutant(
    'envelope/signatures-none',
    ['OMS-DSSE-5', 'OMS-DSSE-10'],
    'takes an envelope without a signature',
    lax('envelope', signatures, 'minItems'),
    core(
      'format/bundle.ts',
      "decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature')",
      "dsseEnvelope.signatures[0] ? decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature') : new Uint8Array()",
    ),
    core(
      'signer.ts',
      'if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;',
      'if (signature.length === 0 || (await key.verify(preAuthenticationEncoding(payloadType, payload), signature))) return;',
    ),
  ),
  mutant(
    'envelope/keyid-required',
    'OMS-DSSE-7',
    'asks for a keyid',
    other('envelope', '/$defs/signature', { required: ['sig', 'keyid'] }),
  ),
  mutant(
    'envelope/keyid-null-refused',
    'OMS-DSSE-7',
    'refuses a keyid that is null',
    other('envelope', '/$defs/signature/properties/keyid', { type: 'string' }),
  ),
  mutant(
    'envelope/keyid-empty-only',
    'OMS-DSSE-8',
    'refuses a keyid that says something',
    other('envelope', '/$defs/signature/properties/keyid', { maxLength: 0 }),
  ),
  mutant(
    'envelope/unknown-members-refused',
    'OMS-BUNDLE-7',
    'refuses members of the envelope that it does not know',
    other('envelope', '', { additionalProperties: false }),
  ),
  mutant(
    'envelope/payload-before-signature',
    'OMS-STMT-7',
    'reads the payload before the signature is verified',
    core(
      'format/envelope.ts',
      'const signer = await verifier.verify(',
      'parseStatement(payload, warnings);\n  const signer = await verifier.verify(',
    ),
  ),
];
