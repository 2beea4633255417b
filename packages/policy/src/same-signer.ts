import type { ExpectedText, Policy, PolicySigner } from './policy.ts';

/** The names in a policy of one signer: its own, and those with the same key, or the same conditions. */
export function sameSigners(policy: Policy, signer: PolicySigner): string[] {
  const key = signerKey(signer);
  return [...policy.signers.values()].filter((other) => signerKey(other) === key).map(({ name }) => name);
}

/** Equal texts are of one signer, who counts once. */
export function signerKey(signer: PolicySigner): string {
  switch (signer.method) {
    case 'key':
      return `key ${signer.fingerprint}`;
    case 'certificate': {
      const anchors = [...new Set(signer.anchors.map(({ fingerprint }) => fingerprint))].sort();
      return JSON.stringify(['certificate', anchors, text(signer.identity), text(signer.subject), signer.fingerprint]);
    }
    case 'sigstore':
      return JSON.stringify(['sigstore', signer.issuer, text(signer.identity), signer.trustedRootDigest]);
  }
}

function text(expected: ExpectedText | null): readonly string[] | null {
  return expected && [expected.kind, expected.text];
}
