import {
  type Difference,
  isOmsError,
  type OmsError,
  type SignerIdentity,
  type Verification,
  type Warning,
} from '@model-signing/core';
import { PolicyError } from '@model-signing/policy';
import { SourceError } from '@model-signing/sources';

/** The result of a call, in the form of the conformance protocol. */
export type Result =
  | { readonly outcome: 'accept'; readonly [detail: string]: unknown }
  | { readonly outcome: 'reject'; readonly reason: Reason; readonly differences?: readonly Difference[] }
  | { readonly outcome: 'unsupported' | 'error'; readonly reason: Pick<Reason, 'message'> };

interface Reason {
  readonly class: string;
  readonly message: string;
}

/** Codes of the library that are not a verdict: the call could not be carried out. */
const faults: ReadonlySet<string> = new Set([
  'model/not-found',
  'model/out-of-memory',
  'model/unit-too-large',
  'bundle/out-of-memory',
  'signer/key-unreadable',
  'signer/certificate-unreadable',
  'signer/timestamp-unavailable',
  'signer/passphrase-missing',
  'signer/passphrase-wrong',
]);

/** Codes that are narrower than the classes of the protocol. */
const classes: Readonly<Record<string, string>> = {
  'model/unreadable': 'model/unsupported-file',
  'model/symlink-hub-cache': 'model/symlink',
};

/** What is refused of a store's own listing. */
const listings: Readonly<Record<string, string>> = {
  'source/manifest-invalid': 'model/listing-invalid',
  'source/names-collide': 'model/listing-invalid',
  'source/digest-unavailable': 'model/digest-unavailable',
};

/** The class of a code in the protocol. */
export function classOf(code: string): string {
  return listings[code] ?? classes[code] ?? code;
}

/** The class of what the library found in a model or a signature. */
export function differenceClass({ code, differences }: OmsError): string {
  return code === 'model/mismatch' ? `model/${differences[0]?.kind}` : classOf(code);
}

/** The result for an error that the library threw. */
export function failed(error: unknown): Result {
  if (error instanceof SourceError && error.code in listings) {
    return { outcome: 'reject', reason: { class: classOf(error.code), message: error.message } };
  }
  if (error instanceof PolicyError) {
    return { outcome: 'reject', reason: { class: error.code, message: error.message } };
  }
  if (!isOmsError(error) || faults.has(error.code)) {
    return { outcome: 'error', reason: { message: error instanceof Error ? `${error.stack}` : String(error) } };
  }
  const { message, differences } = error;
  return {
    outcome: 'reject',
    reason: { class: differenceClass(error), message },
    ...(differences.length > 0 ? { differences } : {}),
  };
}

/**
 * The result of a verification.
 * @param more warnings besides its own
 */
export function verified(
  verification: Verification,
  more: readonly ReturnType<typeof warningResult>[] = [],
): Result & { readonly outcome: 'accept' } {
  const { signer, rootDigest, resources, ignored, unsigned, externalLinks, annotations, warnings } = verification;
  const { verdict, advertised, unchecked } = verification;
  return {
    outcome: 'accept',
    signer: signerName(signer),
    rootDigest,
    resources: resources.length,
    ignored,
    unsigned,
    externalLinks,
    verdict,
    advertised,
    unchecked,
    ...(annotations && { annotations }),
    warnings: [...warnings.map(warningResult), ...more],
  };
}

/** A warning, in the form of the protocol. */
export function warningResult({ code, message }: Warning): { readonly class: string; readonly message: string } {
  return { class: code, message };
}

/** What identifies a signer: the hint of the key, the subject of the certificate, or the identity. */
export function signerName(signer: SignerIdentity): string {
  switch (signer.method) {
    case 'key':
      return signer.hint;
    case 'certificate':
      return signer.subject;
    case 'sigstore':
      return signer.identity;
  }
}
