import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Trust } from './sample.ts';

/**
 * Verifies a bundle by `@sigstore/verify`, which leaves the digest and the type to its caller.
 * @param open the path of a file that the trust names
 * @throws what the library throws
 */
export function verifyBySigstoreJs(bundle: string, trust: Trust, open: (name: string) => string): void {
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(readFileSync(bundle, 'utf8'))));
  if (trust.method === 'key') {
    const publicKey = createPublicKey(readFileSync(open(trust.publicKey)));
    const material = toTrustMaterial(TrustedRoot.fromJSON({}), () => ({ publicKey, validFor: () => true }));
    new Verifier(material, { tlogThreshold: 0, timestampThreshold: 0 }).verify(entity);
  } else if (trust.method === 'certificate') {
    const { raw } = new X509Certificate(readFileSync(open(trust.root)));
    const chain = { certChain: { certificates: [{ rawBytes: raw.toString('base64') }] }, validFor: { start: START } };
    const material = toTrustMaterial(TrustedRoot.fromJSON({ certificateAuthorities: [chain] }));
    const none = { tlogThreshold: 0, timestampThreshold: 0, ctlogThreshold: 0 };
    new Verifier(material, none).verify(entity, { subjectAlternativeName: trust.identity });
  } else {
    const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(open(trust.trustedRoot), 'utf8')));
    const { identity, issuer } = trust;
    new Verifier(toTrustMaterial(root)).verify(entity, { subjectAlternativeName: identity, extensions: { issuer } });
  }
}

const START = '2020-01-01T00:00:00Z';
