import { OmsError } from '@model-signing/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { reasonOf } from './refusals.ts';

/** Trust roots have some kilobytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The media types of a trust root, in both spellings that are in use. */
const mediaTypes = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
]);

/** A refusal of a file of the caller's. */
export function unreadable(what: string, why: string, cause?: unknown): OmsError {
  return new OmsError('signer/trust-unreadable', `the ${what} cannot be used: ${why}`, { cause });
}

/**
 * Parses a JSON document of the caller's.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function parseDocument(document: string | Uint8Array, what: string): Record<string, unknown> {
  if (document.length > MAX_BYTES) throw unreadable(what, `it has more than ${MAX_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(typeof document === 'string' ? document : new TextDecoder().decode(document));
  } catch (error) {
    throw unreadable(what, `it is not JSON: ${reasonOf(error)}`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable(what, 'it is not a JSON object');
  }
  return value as Record<string, unknown>;
}

/**
 * Reads a trust root from its parsed JSON form (section 3.4).
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function readTrustedRoot(json: unknown, what: string): TrustMaterial {
  const mediaType = (json as { mediaType?: unknown } | null | undefined)?.mediaType;
  if (typeof mediaType !== 'string' || !mediaTypes.has(mediaType)) {
    throw unreadable(what, `its mediaType is not ${[...mediaTypes].join(' or ')}`);
  }
  let root: TrustedRoot;
  let material: TrustMaterial;
  try {
    root = TrustedRoot.fromJSON(json);
    material = toTrustMaterial(root);
  } catch (error) {
    throw unreadable(what, reasonOf(error), error);
  }
  checkWhole(root, what);
  return material;
}

/** Without these nothing verifies, and a key without a beginning would count for all times (OMS-TRUST-2). */
function checkWhole({ certificateAuthorities, tlogs, ctlogs }: TrustedRoot, what: string): void {
  if (certificateAuthorities.length === 0) throw unreadable(what, 'it names no certificate authority');
  if (tlogs.length === 0) throw unreadable(what, 'it names no transparency log');
  for (const { baseUrl, publicKey } of [...tlogs, ...ctlogs]) {
    if (!publicKey?.validFor?.start) throw unreadable(what, `the key of the log ${baseUrl} has no validFor.start`);
  }
}
