import type { Certificate } from './certificate.ts';

/** Finds possible issuers of a certificate by names and key identifiers alone. */
export class IssuerIndex {
  readonly #anchors = new Set<string>();
  readonly #bySubject = new Map<string, Certificate[]>();
  readonly #candidates = new Map<Certificate, readonly Certificate[]>();

  constructor(anchors: readonly Certificate[], intermediates: readonly Certificate[], selfSignedOnly: boolean) {
    const seen = new Set<string>();
    for (const certificate of [...anchors, ...intermediates]) {
      if (seen.has(certificate.fingerprint)) continue;
      seen.add(certificate.fingerprint);
      const namesakes = this.#bySubject.get(certificate.subject.canonical);
      if (namesakes) namesakes.push(certificate);
      else this.#bySubject.set(certificate.subject.canonical, [certificate]);
    }
    for (const anchor of anchors) {
      if (!selfSignedOnly || anchor.isSelfSigned) this.#anchors.add(anchor.fingerprint);
    }
  }

  isAnchor({ fingerprint }: Certificate): boolean {
    return this.#anchors.has(fingerprint);
  }

  /** Returns anchors first, then matching key identifiers first; otherwise in the given order. */
  candidatesFor(certificate: Certificate): readonly Certificate[] {
    let candidates = this.#candidates.get(certificate);
    if (!candidates) {
      const rank = (issuer: Certificate) =>
        (this.isAnchor(issuer) ? 2 : 0) +
        (certificate.extensions.authorityKey?.keyId === issuer.extensions.subjectKeyId ? 1 : 0);
      candidates = (this.#bySubject.get(certificate.issuer.canonical) ?? [])
        .filter((issuer) => mayHaveIssued(issuer, certificate))
        .sort((a, b) => rank(b) - rank(a));
      this.#candidates.set(certificate, candidates);
    }
    return candidates;
  }
}

/** Whether the issuer matches the certificate's authority key identifier, as far as both state anything. */
function mayHaveIssued(issuer: Certificate, { extensions: { authorityKey } }: Certificate): boolean {
  if (!authorityKey) return true;
  const { keyId, issuer: names, serial } = authorityKey;
  const { subjectKeyId } = issuer.extensions;
  if (keyId !== undefined && subjectKeyId !== undefined && keyId !== subjectKeyId) return false;
  if (serial !== undefined && serial !== issuer.serial) return false;
  const directories = (names ?? []).flatMap((name) => (name.form === 'directory' ? [name.value.canonical] : []));
  return directories.length === 0 || directories.includes(issuer.issuer.canonical);
}
