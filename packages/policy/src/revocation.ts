import { parsePemCertificates, verifyPath, X509Error } from '@model-signing/x509';
import { type Acceptance, validTime } from './acceptance.ts';
import { expectsCertificate } from './accepts.ts';
import type { Policy, PolicyCertificateSigner, PolicySigner } from './policy.ts';
import type { Failure } from './requirements.ts';
import { intermediatesOf, keyFingerprint, leafOf } from './signing-certificate.ts';

/** Whether a signature counts no longer because its signer is revoked, under this name of the policy or another one. */
export function checkRevocations(acceptance: Acceptance, { signers, revoked }: Policy): Failure | null {
  const { time } = acceptance;
  for (const [name, from] of revoked.signers) {
    const signer = signers.get(name);
    if (!signer) throw new TypeError(`the policy revokes ${name}, which is none of its signers`);
    if ((time !== null && time < from) || !isBy(signer, acceptance)) continue;
    const since = `is revoked from ${from.toISOString()} on`;
    const when = time === null ? 'the signature has no verified time' : `the signature is of ${time.toISOString()}`;
    return { code: 'policy/revoked', message: `the signer ${name} ${since}, and ${when}` };
  }
  return null;
}

/** Whether a signature is by a revoked signer. In doubt it is, since a revocation must not be avoided by what a bundle leaves out. */
function isBy(revoked: PolicySigner, { signer, identity, material }: Acceptance): boolean {
  if (revoked === signer) return true;
  if (revoked.method === 'key') {
    if (identity.method === 'key') return identity.hint === revoked.fingerprint;
    const leaf = leafOf(material);
    return leaf !== null && keyFingerprint(leaf) === revoked.fingerprint;
  }
  if (revoked.method === 'sigstore') {
    return (
      identity.method === 'sigstore' &&
      identity.issuer === revoked.issuer &&
      revoked.identity.matches(identity.identity)
    );
  }
  return (
    identity.method === 'certificate' &&
    expectsCertificate(revoked, identity) &&
    (revoked.fingerprint !== null || isIssuedFor(revoked, { signer, identity, material }))
  );
}

type Certified = Pick<Acceptance, 'signer' | 'material'> & { readonly identity: Parameters<typeof validTime>[0] };

/** Whether the certificate leads to the authorities of the revoked signer, also by way of those of the signer that accepts it. */
function isIssuedFor(revoked: PolicyCertificateSigner, { signer, identity, material }: Certified): boolean {
  const leaf = leafOf(material);
  if (!leaf) return true;
  const known = signer.method === 'certificate' ? signer.trusted : [];
  try {
    const intermediates = [...intermediatesOf(material), ...known.flatMap(parsePemCertificates)];
    const anchors = revoked.trusted.flatMap(parsePemCertificates);
    verifyPath({ leaf, intermediates, anchors, time: validTime(identity), usage: 'any' });
    return true;
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
    return error.code !== 'untrusted';
  }
}
