import { core, lax, type Mutant, mutant, other } from '../mutant.ts';

const checkHint = 'if (hint === undefined || hint === key.hint) return;';

/** Defects in knowing the key and in verifying with it: sections 3.1, 10 and 12. */
export const signerMutants: readonly Mutant[] = [
  mutant(
    'key/hint-unchecked',
    'OMS-KEY-4',
    'does not compare the hint with that of the key',
    core('signer.ts', checkHint, 'return;'),
  ),
  mutant(
    'key/hint-prefix',
    'OMS-KEY-4',
    'compares the first digits of the hint only',
    core('signer.ts', checkHint, 'if (hint === undefined || hint.slice(0, 16) === key.hint.slice(0, 16)) return;'),
  ),
  mutant(
    'key/hint-any-form',
    ['OMS-KEY-5', 'OMS-KEY-4'],
    'takes a hint of any form that stands for the key',
    lax('bundle', '/$defs/publicKey/properties/hint', 'pattern'),
    core(
      'signer.ts',
      checkHint,
      'if (hint === undefined || hint.toLowerCase() === key.hint || hint.length !== 64) return;',
    ),
  ),
  mutant(
    'key/hint-upper-case',
    'OMS-KEY-5',
    'takes a hint in upper case',
    lax('bundle', '/$defs/publicKey/properties/hint', 'pattern'),
    core('signer.ts', checkHint, 'if (hint === undefined || hint.toLowerCase() === key.hint) return;'),
  ),
  mutant(
    'key/hint-and-raw-bytes',
    'OMS-KEY-6',
    'takes a key that is named in both ways',
    lax('bundle', '/$defs/publicKey', 'oneOf'),
    other('bundle', '/$defs/publicKey', { anyOf: [{ required: ['hint'] }, { required: ['rawBytes'] }] }),
  ),
  mutant(
    'key/unnamed',
    'OMS-KEY-6',
    'takes a key that is named in no way',
    lax('bundle', '/$defs/publicKey', 'oneOf'),
    other('bundle', '/$defs/publicKey', { not: { required: ['hint', 'rawBytes'] } }),
  ),
  mutant(
    'key/from-bundle',
    ['OMS-KEY-3', 'OMS-KEY-7'],
    'verifies with the key that the bundle brings along',
    core(
      'signer.ts',
      'checkHint(key, material.publicKey?.hint);',
      `checkHint(key, material.publicKey?.hint);
      const raw = (material.publicKey as { rawBytes?: string } | undefined)?.rawBytes;
      if (raw !== undefined) {
        const brought = importPublicKey(Buffer.from(raw, 'base64'));
        if (await brought.verify(preAuthenticationEncoding(payloadType, payload), signature)) {
          return { method: 'key', curve: brought.curve, hint: brought.hint };
        }
      }`,
    ),
  ),
  mutant(
    'key/raw-bytes-refused',
    'OMS-KEY-7',
    'refuses keys that are named in the historical form',
    core(
      'format/bundle.ts',
      "if (method === 'key' && material.publicKey?.hint === undefined) {",
      "if (method === 'key' && material.publicKey?.hint === undefined) {\n    throw new OmsError('bundle/malformed', 'historical');",
    ),
  ),
  mutant(
    'key/raw-bytes-silent',
    ['OMS-KEY-7', 'OMS-HIST-5'],
    'does not warn of keys that are named in the historical form',
    core(
      'format/bundle.ts',
      "if (method === 'key' && material.publicKey?.hint === undefined) {",
      "if (method === 'key' && material.publicKey?.hint === undefined && false) {",
    ),
  ),
  mutant(
    'key/hint-refused',
    'OMS-HIST-2',
    'knows keys in the historical form only',
    core(
      'format/bundle.ts',
      "if (method === 'key' && material.publicKey?.hint === undefined) {",
      "if (method === 'key' && material.publicKey?.hint !== undefined) {\n    throw new OmsError('bundle/malformed', 'hint');",
    ),
  ),
  mutant(
    'key/p384-refused',
    'OMS-KEY-8',
    'knows no P-384',
    core('node/crypto.ts', 'if (!(curve in hashOf)) throw', "if (!(curve in hashOf) || curve === 'P-384') throw"),
  ),
  mutant(
    'key/p521-refused',
    'OMS-KEY-8',
    'knows no P-521',
    core('node/crypto.ts', 'if (!(curve in hashOf)) throw', "if (!(curve in hashOf) || curve === 'P-521') throw"),
  ),
  mutant(
    'signature/never-checked',
    ['OMS-DSSE-10', 'OMS-VERIFY-1'],
    'never checks a signature',
    core(
      'signer.ts',
      'if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;',
      'if (signature.length > 0) return;',
    ),
  ),
  mutant(
    'signature/payload-type-unbound',
    'OMS-DSSE-3',
    'verifies a signature over the payload alone',
    core(
      'signer.ts',
      'if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;',
      'if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;\n  if (await key.verify([payload], signature)) return;',
    ),
  ),
  mutant(
    'signature/pae-without-length',
    'OMS-DSSE-3',
    'verifies also what is encoded with characters counted instead of bytes',
    core(
      'format/encoding.ts',
      'return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload];',
      'return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${new TextDecoder().decode(payload).length} `), payload];',
    ),
  ),
  mutant(
    'signature/version-two',
    'OMS-DSSE-3',
    'signs and verifies another version of the encoding',
    core('format/encoding.ts', 'encodeUtf8(`DSSEv1 ', 'encodeUtf8(`DSSEv2 '),
  ),
  mutant(
    'signature/base64-signed',
    'OMS-DSSE-3',
    'signs and verifies the payload as it is encoded',
    core(
      'format/encoding.ts',
      'return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload];',
      'const text = encodeUtf8(Buffer.from(payload).toString("base64"));\n  return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${text.length} `), text];',
    ),
  ),
  mutant(
    'signature/concatenated',
    'OMS-ALG-7',
    'takes the two numbers of a signature side by side',
    core(
      'node/crypto.ts',
      'return verify.verify(this.#key, signature);',
      `const size = { 'P-256': 64, 'P-384': 96, 'P-521': 132 }[this.curve];
    const dsaEncoding = signature.length === size ? 'ieee-p1363' : 'der';
    return verify.verify({ key: this.#key, dsaEncoding }, signature);`,
    ),
  ),
  mutant(
    'signature/trailing-bytes',
    'OMS-ALG-7',
    'ignores bytes behind a signature',
    core(
      'node/crypto.ts',
      'return verify.verify(this.#key, signature);',
      `const head = (signature[1] as number) & 0x80 ? 3 : 2;
    const length = signature[head - 1] as number;
    return verify.verify(this.#key, signature.subarray(0, head + length));`,
    ),
  ),
  mutant(
    'signature/low-s-only',
    'OMS-ALG-7',
    'takes only the lower of the two values of s',
    core(
      'node/crypto.ts',
      'return verify.verify(this.#key, signature);',
      `if (this.curve === 'P-256') {
      const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
      const s = BigInt(\`0x\${Buffer.from(signature.subarray(6 + (signature[3] as number))).toString('hex')}\`);
      if (s > order / 2n) return false;
    }
    return verify.verify(this.#key, signature);`,
    ),
  ),
  mutant(
    'algorithm/sha256-everywhere',
    ['OMS-ALG-4', 'OMS-ALG-5'],
    'hashes with SHA-256 on every curve',
    core('node/crypto.ts', "'P-384': 'sha384', 'P-521': 'sha512'", "'P-384': 'sha256', 'P-521': 'sha256'"),
  ),
  mutant(
    'algorithm/p521-sha256',
    ['OMS-ALG-4', 'OMS-ALG-5'],
    'hashes with SHA-256 on P-521',
    core('node/crypto.ts', "'P-521': 'sha512'", "'P-521': 'sha256'"),
  ),
  mutant(
    'algorithm/hash-either',
    'OMS-ALG-5',
    'tries SHA-256 where the hash of the curve does not fit',
    core(
      'node/crypto.ts',
      'return verify.verify(this.#key, signature);',
      `const plain = createVerify('sha256');
    for (const piece of message) plain.update(piece);
    return verify.verify(this.#key, signature) || plain.verify(this.#key, signature);`,
    ),
  ),
  mutant(
    'algorithm/other-curves',
    'OMS-ALG-6',
    'takes a key on another curve of 256 bits',
    core(
      'node/crypto.ts',
      'if (!(curve in hashOf)) throw unsupportedKey(`the curve ${curve}`);',
      "if (curve === 'secp256k1') jwk = { ...jwk, crv: 'secp256k1' };\n  else if (!(curve in hashOf)) throw unsupportedKey(`the curve ${curve}`);",
    ),
    core('node/crypto.ts', "'P-521': 'sha512' } as const;", "'P-521': 'sha512', secp256k1: 'sha256' } as const;"),
  ),
];
