import { matchRule } from './match.ts';
import type { ExpectedText, Policy, PolicyMode, PolicyRequirements, PolicySigner } from './policy.ts';
import { sameSigners } from './same-signer.ts';

/** What a policy says about one name: plain data, complete, and fit for JSON. Text from the policy is as it is written there: escape it before printing. */
export interface PolicyExplanation {
  readonly name: string;
  /** The place of the rule in the policy, counted from 0. */
  readonly index: number;
  /** The pattern of the rule that matched the name. */
  readonly pattern: string;
  readonly description: string | null;
  readonly mode: PolicyMode;
  readonly reject: boolean;
  /** With every default filled in; null if the rule rejects. */
  readonly require: ExplainedRequirements | null;
  /** Those that the rule names, in its order; none if it rejects. */
  readonly signers: readonly ExplainedSigner[];
  /** Those that the rule names for attestations, each once, in its order. */
  readonly attesters: readonly ExplainedSigner[];
  readonly revoked: {
    readonly rootDigests: readonly string[];
    readonly signers: readonly ExplainedRevocation[];
  };
}

/** A signer that no longer counts, also for what another name in the policy accepts. */
export interface ExplainedRevocation {
  readonly name: string;
  /** The moment in ISO 8601. */
  readonly from: string;
  readonly signer: ExplainedSigner;
}

/** As {@link PolicyRequirements}, with times in ISO 8601. */
export interface ExplainedRequirements extends Omit<PolicyRequirements, 'signedAfter' | 'signedBefore'> {
  readonly signedAfter: string | null;
  readonly signedBefore: string | null;
}

/** A signer, with all that decides whether a signature is by it. */
export interface ExplainedSigner {
  readonly name: string;
  readonly description: string | null;
  readonly method: PolicySigner['method'];
  /** Of the key or the certificate: lowercase hexadecimal SHA-256. Null for a certificate says that any may be. */
  readonly fingerprint: string | null;
  readonly issuer: string | null;
  /** Null says that there is no such condition. */
  readonly identity: ExplainedText | null;
  readonly subject: ExplainedText | null;
  readonly trusted: readonly ExplainedCertificate[];
  readonly timestampRoots: readonly ExplainedCertificate[];
  /** Lowercase hexadecimal SHA-256 of the trust root of Sigstore; null for the public instance, and with other methods. */
  readonly trustedRoot: string | null;
  /** The last moment at which it counts, in ISO 8601. */
  readonly validUntil: string | null;
  /** The moment in ISO 8601 from which its signatures no longer count. */
  readonly revokedFrom: string | null;
  /** Other names in the policy of the same signer. */
  readonly sameAs: readonly string[];
}

export type ExplainedText = { readonly exact: string } | { readonly pattern: string };

export interface ExplainedCertificate {
  readonly subject: string;
  readonly fingerprint: string;
  readonly validTo: string;
}

/**
 * Says which rule decides on a name, which signers count and what is required of their signatures. Two policies with one explanation
 * for a name accept the same models of that name.
 * @throws {PolicyError} `policy/no-rule`
 *
 * @example
 * console.log(JSON.stringify(explainPolicy(policy, 'hf://acme/model'), null, 2));
 */
export function explainPolicy(policy: Policy, name: string): PolicyExplanation {
  const { rule, index, pattern } = matchRule(policy, name);
  const { require } = rule;
  return {
    name,
    index,
    pattern,
    description: rule.description,
    mode: rule.mode,
    reject: rule.reject,
    require: require && { ...require, signedAfter: iso(require.signedAfter), signedBefore: iso(require.signedBefore) },
    signers: (require?.signedBy ?? []).map((each) => explainSigner(policy, each)),
    attesters: [...new Set(require?.attestations.flatMap(({ signedBy }) => signedBy))].map((each) =>
      explainSigner(policy, each),
    ),
    revoked: {
      rootDigests: [...policy.revoked.rootDigests],
      signers: [...policy.revoked.signers].map(([revoked, from]) => ({
        name: revoked,
        from: from.toISOString(),
        signer: explainSigner(policy, revoked),
      })),
    },
  };
}

function explainSigner(policy: Policy, name: string): ExplainedSigner {
  const signer = policy.signers.get(name) as PolicySigner;
  const { description, method } = signer;
  return {
    name,
    description,
    method,
    fingerprint: null,
    issuer: null,
    identity: null,
    subject: null,
    trusted: [],
    timestampRoots: [],
    trustedRoot: null,
    ...materialOf(signer),
    validUntil: iso(signer.validUntil),
    revokedFrom: iso(policy.revoked.signers.get(name) ?? null),
    sameAs: sameSigners(policy, signer).filter((other) => other !== name),
  };
}

/** What is particular to the method. */
function materialOf(signer: PolicySigner): Partial<ExplainedSigner> {
  switch (signer.method) {
    case 'key':
      return {
        fingerprint: signer.fingerprint,
        timestampRoots: signer.timestampAnchors.map(explainCertificate),
      };
    case 'certificate':
      return {
        fingerprint: signer.fingerprint,
        identity: explainText(signer.identity),
        subject: explainText(signer.subject),
        trusted: signer.anchors.map(explainCertificate),
        timestampRoots: signer.timestampAnchors.map(explainCertificate),
      };
    case 'sigstore':
      return { issuer: signer.issuer, identity: explainText(signer.identity), trustedRoot: signer.trustedRootDigest };
  }
}

function explainText(expected: ExpectedText | null): ExplainedText | null {
  if (expected === null) return null;
  return expected.kind === 'exact' ? { exact: expected.text } : { pattern: expected.text };
}

function explainCertificate({ validTo, ...certificate }: { subject: string; fingerprint: string; validTo: Date }) {
  return { ...certificate, validTo: validTo.toISOString() };
}

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
