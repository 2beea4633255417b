import { isDeepStrictEqual } from 'node:util';
import { type ExplainedSigner, explainPolicy, isInOtherCase, type Policy, PolicyError } from '@model-signing/policy';
import type { PolicyDocument, RequirementsDocument, RuleDocument, SignerDocument } from '@model-signing/spec/policy';

/** A signer to trust for a name. */
export interface Entry {
  readonly name: string;
  /** What the signer is called if it is new. */
  readonly signerName: (taken: ReadonlySet<string>) => string;
  readonly document: SignerDocument;
  /** The same signer, as a policy reads it. */
  readonly signer: ExplainedSigner;
  /** What the rule requires besides. */
  readonly requirements: Omit<RequirementsDocument, 'signedBy'>;
}

/** What the known signers say about a name so far. */
export interface Known {
  /** The place of the rule, and its pattern that matched. */
  readonly index: number;
  readonly signers: readonly ExplainedSigner[];
}

/**
 * What is known for a name; null if nothing is.
 * @throws {PolicyError} `policy/rejected` for a rule that was written by hand, `policy/no-rule` for a name that is known in another case
 */
export function knownFor(policy: Policy | null, name: string): Known | null {
  if (policy === null) return null;
  try {
    const { index, reject, signers } = explainPolicy(policy, name);
    if (reject) throw new PolicyError('policy/rejected', 'the known signers refuse every model of this name');
    return { index, signers };
  } catch (error) {
    if (error instanceof PolicyError && error.code === 'policy/no-rule' && !isInOtherCase(policy, name)) return null;
    throw error;
  }
}

/** Whether two signers are one, whatever they are called and until when they count. */
export function isSameSigner(one: ExplainedSigner, other: ExplainedSigner): boolean {
  return isDeepStrictEqual(identityOf(one), identityOf(other));
}

function identityOf({
  method,
  fingerprint,
  issuer,
  identity,
  subject,
  trusted,
  timestampRoots,
  trustedRoot,
}: ExplainedSigner) {
  return { method, fingerprint, issuer, identity, subject, trusted, timestampRoots, trustedRoot };
}

/** The known signers with a signer for a name, in the place of what was known for it. */
export function withEntry(policy: Policy | null, known: Known | null, entry: Entry): PolicyDocument {
  const before: PolicyDocument = policy?.document ?? { policyVersion: 1, signers: {}, models: [] };
  const { document } = entry;
  const same = Object.entries(before.signers).find(([, one]) => isDeepStrictEqual({ ...one }, { ...document }))?.[0];
  const signerName = same ?? entry.signerName(new Set(Object.keys(before.signers)));
  const rule: RuleDocument = { match: [entry.name], require: { signedBy: [signerName], ...entry.requirements } };
  const at = known?.index ?? before.models.length;
  // A rule for several names stays, behind the one for this name.
  const isOnly = isDeepStrictEqual(before.models[at]?.match, rule.match);
  const models = before.models.toSpliced(at, isOnly ? 1 : 0, rule);
  return withoutUnused({ ...before, signers: { ...before.signers, [signerName]: document }, models });
}

/** Leaves out the signers that nothing names any more. */
function withoutUnused(document: PolicyDocument): PolicyDocument {
  const used = new Set(document.models.flatMap(({ require }) => require?.signedBy ?? []));
  for (const name of Object.keys(document.revoked?.signers ?? {})) used.add(name);
  const signers = Object.fromEntries(Object.entries(document.signers).filter(([name]) => used.has(name)));
  return { ...document, signers };
}
