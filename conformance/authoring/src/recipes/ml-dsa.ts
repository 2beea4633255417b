import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pem } from '@model-signing/testing/der';
import type { Forgery } from './recipe.ts';

/** The extension of section 12.1 of the draft. */
export const ML_DSA = 'https://model-signing.example/draft/extension/ml-dsa-65/v1';

/**
 * What is made once, because a platform may have no ML-DSA and signs with a random number: the public half of the key, and
 * signatures for the vector `signer_draft-ml-dsa`. `node src/recipes/ml-dsa.ts` makes them anew.
 */
interface Made {
  readonly publicPem: string;
  readonly signatures: Readonly<Record<SignatureName, string>>;
}

/** Over the PAE; over it with a context; over the SHA-512 of it; over the payload alone. */
export type SignatureName = 'right' | 'context' | 'digest' | 'payload';

const file = path.join(import.meta.dirname, 'ml-dsa.json');
const made = JSON.parse(readFileSync(file, 'utf8')) as Made;

/** PKCS#8 with the seed of a key, which follows from its name (RFC 9881, 6). */
const HEAD = '3034020100300b060960864801650304031204228020';

function privateDer(): Buffer {
  const seed = createHash('sha256').update('OMS conformance test key ml-dsa-65-a').digest();
  return Buffer.concat([Buffer.from(HEAD, 'hex'), seed]);
}

/** The test key, and the files with its halves among the vectors. */
export const mlDsaKey = {
  privatePem: pem(privateDer(), 'PRIVATE KEY'),
  publicPem: made.publicPem,
  hint: createHash('sha256').update(made.publicPem).digest('hex'),
  privateFile: 'keys/test-ml-dsa-65-a.pem',
  publicFile: 'keys/test-ml-dsa-65-a.pub.pem',
} as const;

/** Puts a stored signature, and the key's hint, into a bundle. */
export function signedByMlDsa(name: SignatureName, edit = (signature: Buffer): Buffer => signature): Forgery {
  return {
    material: (material) => {
      material.publicKey = { hint: mlDsaKey.hint };
    },
    signature: () => edit(Buffer.from(made.signatures[name], 'base64')),
  };
}

/** Makes the stored values anew, with a Node that has ML-DSA. */
async function make(): Promise<void> {
  const { DEFAULT_LISTING } = await import('./compile.ts');
  const { forgeBundle } = await import('./forge.ts');
  const { plainModel } = await import('./cases/models.ts');
  const privateKey = createPrivateKey({ key: privateDer(), format: 'der', type: 'pkcs8' });
  let [message, payload] = [Buffer.of(), Buffer.of()];
  const capture: Forgery = {
    material: (_, signed) => {
      [message, payload] = [signed.signedBytes, signed.payload] as [Buffer<ArrayBuffer>, Buffer<ArrayBuffer>];
    },
  };
  forgeBundle(plainModel, { ...DEFAULT_LISTING, draft: true }, 'p256-a', [capture]);
  const digest = createHash('sha512').update(message).digest();
  const encode = (bytes: Buffer) => bytes.toString('base64');
  const signatures: Made['signatures'] = {
    right: encode(sign(null, message, privateKey)),
    context: encode(sign(null, message, { key: privateKey, context: Buffer.from('x') } as never)),
    digest: encode(sign(null, digest, privateKey)),
    payload: encode(sign(null, payload, privateKey)),
  };
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  writeFileSync(file, `${JSON.stringify({ publicPem, signatures }, null, 2)}\n`);
}

if (import.meta.main) await make();
