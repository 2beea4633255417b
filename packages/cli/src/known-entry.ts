import { isDeepStrictEqual } from 'node:util';
import { matchRule, type Policy, PolicyError, type PolicyRule, type PolicySigner } from '@model-signing/policy';
import type { PolicyDocument, RequirementsDocument, RuleDocument, SignerDocument } from '@model-signing/spec/policy';
import { policySignerFields } from './commands/policy-signer.ts';

/** A signer to trust for a name. */
export interface Entry {
  readonly name: string;
  /** What the signer is called if it is new. */
  readonly signerName: (taken: ReadonlySet<string>) => string;
  readonly document: SignerDocument;
  /** The same signer, as a policy reads it. */
  readonly signer: PolicySigner;
  /** What the rule requires besides. */
  readonly requirements: Omit<RequirementsDocument, 'signedBy'>;
}

/** What the known signers say about a name so far. */
export interface Known {
  readonly index: number;
  readonly rule: PolicyRule;
  readonly signers: readonly PolicySigner[];
}

/**
 * What is known for a name; null if nothing is.
 * @throws {PolicyError} `policy/rejected` for a rule that someone wrote by hand
 */
export function knownFor(policy: Policy | null, name: string): Known | null {
  if (policy === null) return null;
  try {
    const { rule, index } = matchRule(policy, name);
    if (rule.require === null)
      throw new PolicyError('policy/rejected', 'the known signers refuse every model of this name');
    return { rule, index, signers: rule.require.signedBy.flatMap((one) => policy.signers.get(one) ?? []) };
  } catch (error) {
    if (error instanceof PolicyError && error.code === 'policy/no-rule') return null;
    throw error;
  }
}

/** Whether two signers are one, whatever they are called and until when they count. */
export function isSameSigner(one: PolicySigner, other: PolicySigner): boolean {
  const { name: _, description: __, validUntil: ___, ...first } = policySignerFields(one);
  const { name: ____, description: _____, validUntil: ______, ...second } = policySignerFields(other);
  return isDeepStrictEqual(first, second);
}

/** The known signers with a signer for a name, in the place of what was known for it. */
export function withEntry(policy: Policy | null, known: Known | null, entry: Entry): PolicyDocument {
  const before: PolicyDocument = policy?.document ?? { policyVersion: 1, signers: {}, models: [] };
  const same = [...(policy?.signers.values() ?? [])].find((one) => isSameSigner(one, entry.signer));
  const signerName = same?.name ?? entry.signerName(new Set(Object.keys(before.signers)));
  const rule: RuleDocument = { match: [entry.name], require: { signedBy: [signerName], ...entry.requirements } };
  const isOnly = known !== null && isDeepStrictEqual(known.rule.match, rule.match);
  const models = before.models.toSpliced(known?.index ?? before.models.length, isOnly ? 1 : 0, rule);
  const signers = same === undefined ? { ...before.signers, [signerName]: entry.document } : before.signers;
  return withoutUnused({ ...before, signers, models });
}

/** Leaves out the signers that nothing names any more. */
function withoutUnused(document: PolicyDocument): PolicyDocument {
  const used = new Set(document.models.flatMap(({ require }) => require?.signedBy ?? []));
  for (const name of Object.keys(document.revoked?.signers ?? {})) used.add(name);
  const signers = Object.fromEntries(Object.entries(document.signers).filter(([name]) => used.has(name)));
  return { ...document, signers };
}
