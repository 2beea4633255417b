import type { VectorInputs } from '../vectors/vector.ts';
import type { ParsedBundle } from './bundle.ts';
import { openWithCertificate } from './certificate.ts';
import { checkSignature, type Opened, publicKeyOf, type SignableTexts } from './ecdsa.ts';
import { historicalText } from './historical.ts';
import { type Judge, Refusal } from './judgement.ts';
import { refuseUnasked } from './ml-dsa.ts';
import { preAuthenticationEncoding } from './pae.ts';
import { isObject } from './statement.ts';
import type { VerifyCase } from './verify-case.ts';

/** Verifies by whom a bundle is: the steps before the statement. */
export function openSigner(
  bundle: ParsedBundle,
  { inputs, read }: Pick<VerifyCase, 'inputs' | 'read'>,
  judge: Judge,
): Opened {
  const mismatch = bundle.method !== inputs.method;
  judge.refuseIf(mismatch, 'any-method', 'signer/method-mismatch', bundle.method);
  const texts = signableTexts(bundle, judge);
  return inputs.method === 'certificate'
    ? openWithCertificate(bundle, { inputs, read }, texts, judge)
    : openWithKey(bundle, String(read(inputs.publicKey ?? '')), inputs, texts, judge);
}

/** What the signature may cover: today's text and, if supported, that of v0.2.0. */
function signableTexts({ payloadType, payload }: ParsedBundle, judge: Judge): SignableTexts {
  return {
    today: judge.has('signs-the-payload-alone') ? payload : preAuthenticationEncoding(payloadType, payload),
    historical: judge.has('historical-not-supported') ? null : historicalText(payloadType, payload),
  };
}

function openWithKey(
  bundle: ParsedBundle,
  pem: string,
  inputs: VectorInputs,
  texts: SignableTexts,
  judge: Judge,
): Opened {
  const key = publicKeyOf(pem, judge);
  refuseUnasked(key.key, inputs, judge);
  const digits = judge.has('hint-by-prefix') ? 8 : 64;
  const other = bundle.hint !== null && bundle.hint.slice(0, digits) !== key.hint.slice(0, digits);
  if (other && judge.has('signature-skipped-for-other-hints')) return { signer: key.hint, historical: false };
  if (other && !judge.has('hint-not-compared')) {
    const checks = ['hint-not-compared', 'signature-skipped-for-other-hints'] as const;
    throw new Refusal('signer/key-mismatch', 'another hint', { checks });
  }
  if (judge.has('hint-decides-alone') && bundle.hint !== null) return { signer: key.hint, historical: false };
  const own = judge.has('key-from-the-bundle') ? keyInBundle(bundle) : null;
  const historical = checkSignature(own === null ? key : publicKeyOf(own, judge), texts, bundle.signature, judge);
  return { signer: key.hint, historical };
}

function keyInBundle({ material }: ParsedBundle): string | null {
  const { publicKey } = material;
  if (!isObject(publicKey)) return null;
  const { rawBytes, pem } = publicKey;
  if (typeof rawBytes === 'string') return Buffer.from(rawBytes, 'base64').toString();
  return typeof pem === 'string' ? pem : null;
}
