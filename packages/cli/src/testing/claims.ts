/** A bundle that claims to be an attestation, and that no key signed. */
export function claimedBundle(digest: string, predicateType: string, predicate: unknown, name = 'model'): string {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: digest } }],
    predicateType,
    predicate,
  };
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '0'.repeat(64) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: 'AQ==' }],
    },
  });
}

/** What `resolvedDependencies` has of something: its role, its digest, and a name. */
export type Dependency = readonly [role: string, digest: string | null, name: string];

/** SLSA provenance that names what something was made from. */
export function provenance(dependencies: readonly Dependency[]): object {
  const resolvedDependencies = dependencies.map(([role, sha256, name]) => ({
    name,
    digest: sha256 === null ? { gitCommit: 'ab'.repeat(20) } : { sha256 },
    annotations: { role },
  }));
  return { buildDefinition: { resolvedDependencies } };
}

export const SLSA = 'https://slsa.dev/provenance/v1';
