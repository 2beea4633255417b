import type { ErrorCode, MadeSignature, OmsError } from '@model-signing/core';
import { TestInstance, type TestSignature, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { type SigstoreVerifierOptions, sigstoreVerifier } from '../verifier.ts';
import { refusal } from './refusal.ts';

export const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };
export const other = { ...content, payload: Buffer.from('{"what":"is not"}') };
export const instance = new TestInstance();

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value
export type Loose = any;

interface Attempt {
  /** How to sign. */
  readonly sign?: TestSignature;
  /** Changes the verification material, in place. */
  readonly material?: (material: Loose, made: MadeSignature) => void;
  /** Changes the trust root, in place. */
  readonly trust?: (root: Loose) => void;
  readonly expect?: Partial<SigstoreVerifierOptions>;
  readonly payload?: typeof content;
  readonly signature?: (signature: Buffer) => Buffer;
}

/** Signs, makes the changes of the attempt, and verifies. */
export async function verify(attempt: Attempt = {}) {
  const made = instance.sign(content, attempt.sign);
  const material = structuredClone(made.material);
  attempt.material?.(material, made);
  const root = instance.trustedRoot();
  attempt.trust?.(root);
  const verifier = await sigstoreVerifier({
    identity: testIdentity,
    issuer: testIssuer,
    trust: { trustedRoot: JSON.stringify(root) },
    ...attempt.expect,
  });
  const signature = Buffer.from(made.signature);
  const signed = attempt.payload ?? content;
  const { identity } = await verifier.verify(signed, attempt.signature?.(signature) ?? signature, material, () => {});
  return identity;
}

export const refused = (code: ErrorCode, attempt: Attempt): Promise<OmsError> => refusal(code, () => verify(attempt));
