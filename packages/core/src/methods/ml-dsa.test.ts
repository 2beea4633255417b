import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, test } from 'vitest';
import { ML_DSA_65 } from '../format/extensions.ts';
import { preAuthenticationEncoding } from '../format/pae.ts';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import { refusal } from '../testing/refusal.ts';
import { verifyModel } from '../verify.ts';
import { keySigner, keyVerifier, keyVerifierOf } from './key.ts';

const keys = path.resolve(import.meta.dirname, '../../../../conformance/suite/vectors/v1.1/keys');
const publicKey = readFileSync(path.join(keys, 'test-ml-dsa-65-a.pub.pem'));
const privateKey = readFileSync(path.join(keys, 'test-ml-dsa-65-a.pem'));
const extensions = [ML_DSA_65] as const;
const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };
const ignore = () => {};

const reason = hasMlDsa() ? '' : ` (skipped: Node ${process.version} has no ML-DSA)`;

function hasMlDsa(): boolean {
  try {
    return String(createPublicKey(publicKey).asymmetricKeyType) === 'ml-dsa-65';
  } catch {
    return false;
  }
}

/** A key pair that was made for one test, with the halves in the forms of the options of a key. */
function madeKey(encoding: object = {}): { publicKey: string; privateKey: string; key: KeyObject } {
  const pair = generateKeyPairSync('ml-dsa-65' as never) as unknown as { publicKey: KeyObject; privateKey: KeyObject };
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...encoding }).toString(),
    key: pair.privateKey,
  };
}

describe.skipIf(reason)(`a key for ML-DSA-65${reason}`, () => {
  test('a model that is signed with a key for ML-DSA-65 verifies with its public half', async () => {
    const model = localModel(modelDirectory({ a: 'a' }));
    const { bundle } = await signModel(model, keySigner({ privateKey, extensions }), { draft: '1.1' });
    const { signer } = await verifyModel(model, bundle, keyVerifier({ publicKey, extensions }), { draft: '1.1' });
    expect(signer).toMatchObject({ method: 'key', curve: 'ml-dsa-65' });
  });

  test('keys for ML-DSA-65 are read from PEM and DER, and encrypted', async () => {
    const passphrase = 'secret';
    const made = madeKey({ cipher: 'aes-256-cbc', passphrase });
    const signer = keySigner({ privateKey: made.privateKey, passphrase, extensions });
    const { signature, material } = await signer.sign(content, ignore);
    const der = createPublicKey(made.publicKey).export({ type: 'spki', format: 'der' });
    for (const each of [made.publicKey, Buffer.from(made.publicKey), der]) {
      const verifier = keyVerifier({ publicKey: each, extensions });
      const { form } = await verifier.verify(content, signature, material, ignore);
      expect(form).toBe('dsse');
    }
    await keyVerifierOf({ privateKey: made.privateKey, passphrase, extensions }).verify(
      content,
      signature,
      material,
      ignore,
    );
    await refusal('signer/passphrase-missing', () => keySigner({ privateKey: made.privateKey, extensions }));
  });

  test('a signature by ML-DSA-65 over another payload, or by another key, is refused', async () => {
    const { signature, material } = await keySigner({ privateKey, extensions }).sign(content, ignore);
    const verifier = keyVerifier({ publicKey, extensions });
    const changed = { ...content, payload: Buffer.from('{}') };
    await refusal('envelope/signature-invalid', () => verifier.verify(changed, signature, material, ignore));
    const other = keyVerifier({ publicKey: madeKey().publicKey, extensions });
    await refusal('signer/key-mismatch', () => other.verify(content, signature, material, ignore));
    const flipped = new Uint8Array(signature);
    flipped[9] = (flipped[9] ?? 0) ^ 1;
    await refusal('envelope/signature-invalid', () => verifier.verify(content, flipped, material, ignore));
  });

  test('a signature by ML-DSA-65 with a context is refused', async () => {
    const made = madeKey();
    const message = Buffer.concat([...preAuthenticationEncoding(content.payloadType, content.payload)]);
    const signature = sign(null, message, { key: made.key, context: Buffer.from('x') } as never);
    const verifier = keyVerifier({ publicKey: made.publicKey, extensions });
    await refusal('envelope/signature-invalid', () =>
      verifier.verify(content, signature, { publicKey: {} } as never, ignore),
    );
  });

  test('keys on curves are read as before if the extension is named', async () => {
    const pair = testKey();
    const { signature, material } = await keySigner({ privateKey: pair.privateKey, extensions }).sign(content, ignore);
    const verifier = keyVerifier({ publicKey: pair.publicKey, extensions });
    expect((await verifier.verify(content, signature, material, ignore)).identity.curve).toBe('P-256');
  });

  test('a key for ML-DSA-65 is of no use unless the extension is named', async () => {
    await refusal('signer/key-unsupported', () => keyVerifier({ publicKey }));
    await refusal('signer/key-unsupported', () => keySigner({ privateKey }));
  });
});

test.skipIf(reason === '')('a platform without ML-DSA refuses its keys and says which Node has it', async () => {
  for (const open of [() => keyVerifier({ publicKey, extensions }), () => keySigner({ privateKey, extensions })]) {
    const error = await refusal('signer/key-unsupported', open);
    expect(error.message).toContain('Node 26 has it');
  }
});

test('an extension that there is not is no extension of keys', () => {
  expect(() => keyVerifier({ publicKey, extensions: ['urn:example:other'] as never })).toThrow(TypeError);
});
