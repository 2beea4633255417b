import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { preAuthEncoding } from './pae.ts';

/** A key pair for tests, in PEM. */
export interface TestKey {
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The hash that each curve is used with. */
export const curveHashes = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

export function testKey(curve: TestKey['curve'] = 'P-256'): TestKey {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  return {
    curve,
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value
export type Forged = any;

/** What to change in a valid bundle; each function edits its document in place. The result is signed again. */
export interface Forgery {
  statement?(statement: Forged): void;
  bundle?(bundle: Forged): void;
  /** Replaces the whole payload. */
  payload?: Uint8Array;
}

/** Changes one thing in a valid bundle and signs it again, so that only that one thing is wrong. */
export function forge(bundle: Uint8Array, key: TestKey, forgery: Forgery): Uint8Array {
  const document: Forged = JSON.parse(Buffer.from(bundle).toString());
  const envelope = document.dsseEnvelope;
  const statement: Forged = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
  forgery.statement?.(statement);
  const payload = Buffer.from(forgery.payload ?? JSON.stringify(statement));
  const signed = preAuthEncoding({ payloadType: envelope.payloadType, payload });
  envelope.payload = payload.toString('base64');
  envelope.signatures[0].sig = sign(curveHashes[key.curve], signed, key.privateKey).toString('base64');
  forgery.bundle?.(document);
  return Buffer.from(JSON.stringify(document));
}

/** Recomputes the root digest of an edited statement. */
export function fixRoot(statement: Forged): void {
  const hash = createHash('sha256');
  for (const { digest } of statement.predicate.resources) hash.update(Buffer.from(digest, 'hex'));
  statement.subject[0].digest.sha256 = hash.digest('hex');
}
