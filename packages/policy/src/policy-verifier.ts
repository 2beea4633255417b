import type { Model } from '@model-signing/core';
import { aFunction, checkArgument, checkEach, validDate } from '@model-signing/x509/options';
import { type Basis, evaluate } from './evaluate.ts';
import type { PolicyRefusal, PolicyVerification } from './evaluation.ts';
import type { PolicySignature } from './judgement.ts';
import { checkLoaded } from './loaded-policy.ts';
import { type MatchedRule, matchRule } from './match.ts';
import type { Policy, PolicyMode, PolicyRequirements, PolicyRule, PolicySigner } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { missingSigstore, type OpenSigstore, SignerVerifiers } from './signer-verifiers.ts';
import { checkJudging, type PolicyVerifyOptions } from './verify-options.ts';
import { ruleOf } from './why-refused.ts';

export interface PolicyVerifierOptions {
  /**
   * Makes the verifier for a Sigstore signer, such as `sigstoreVerifier` of `@model-signing/sigstore`; called when the first Sigstore
   * bundle is judged. Needed if the rule names such a signer.
   */
  readonly openSigstore?: OpenSigstore | undefined;
  /** The clock that decides on `validUntil` where a signature has no verified time. Default: the one of this machine. */
  readonly now?: (() => Date) | undefined;
}

/** Judges models of one name by a policy. */
export interface PolicyVerifier {
  /** The rule that decides, its place in the policy counted from 0, and its pattern that matched; null if no rule is for the name. */
  readonly rule: PolicyRule | null;
  readonly index: number | null;
  readonly pattern: string | null;
  /** That of the rule, or of the policy if there is no rule. */
  readonly mode: PolicyMode;
  /**
   * Verifies that enough different signers of the rule signed the model, and that their signatures meet its requirements. The model is
   * hashed once, and only if enough of the signatures could count.
   * @throws {PolicyError} `policy/signer`, `policy/threshold`, `policy/requirement`, `policy/revoked`, `policy/attestation`, with the evaluation
   * @throws {OmsError} for a model that is not what was signed, and for a bundle that no rule could accept: `evaluationOf` has the
   * evaluation; and in each mode for what leaves no verdict, such as a model or a trust root that cannot be read
   */
  verify(
    model: Model,
    signatures: readonly PolicySignature[],
    options?: PolicyVerifyOptions,
  ): Promise<PolicyVerification>;
}

/**
 * Finds the rule of a policy for a model, and returns what judges it. A signature counts if it is by a signer that the rule names, meets
 * each requirement and is of this model; a threshold counts different signers, by their keys and identities, and never signatures.
 *
 * In the mode `warn`, nothing that the policy refuses is thrown: the result has the refusal, also if no rule is for the name.
 * @param name what the caller calls the model, never a name from a bundle
 * @throws {PolicyError} `policy/no-rule`, `policy/rejected`
 * @throws {TypeError} for a wrong option, and without `openSigstore` for a rule that names a Sigstore signer
 *
 * @example
 * const policy = await loadPolicy(await readFile('policy.json'), { readFile: (path) => readFile(path) });
 * const verifier = policyVerifier(policy, 'hf://acme/my-model');
 * const signatures = [{ name: 'model.sig', bundle: await readFile('model.sig') }];
 * const { counted } = await verifier.verify(localModel('my-model'), signatures);
 * console.log(`signed by ${counted.map(({ signer }) => signer).join(' and ')}`);
 */
export function policyVerifier(policy: Policy, name: string, options: PolicyVerifierOptions = {}): PolicyVerifier {
  checkLoaded(policy);
  const { openSigstore, now = () => new Date() } = checkEach(options, { openSigstore: aFunction, now: aFunction });
  const found = findRule(policy, name);
  if (found instanceof PolicyError) return refusing({ ...noRule, name, mode: policy.mode }, found);
  const { rule } = found;
  const basis = { ...noRule, ...found, name, mode: rule.mode, enforced: rule.mode === 'enforce' };
  if (rule.require === null) {
    const rejected = new PolicyError('policy/rejected', `${ruleOf(found)} rejects every model of its names`);
    if (basis.enforced) throw rejected;
    return refusing(basis, rejected);
  }
  return judging(policy, { ...basis, threshold: rule.require.threshold }, rule.require, { openSigstore, now });
}

/** What is known of a name that no rule is for. In the mode `enforce`, an error is all that there is. */
const noRule = { rule: null, index: null, pattern: null, enforced: false, threshold: 0 } as const;

/** @returns in the mode `warn` also why there is no rule */
function findRule(policy: Policy, name: string): MatchedRule | PolicyError {
  try {
    return matchRule(policy, name);
  } catch (error) {
    if (error instanceof PolicyError && policy.mode === 'warn') return error;
    throw error;
  }
}

/** Refuses every model, in the mode `warn`. */
function refusing(basis: Basis, refusal: PolicyRefusal): PolicyVerifier {
  const { rule, index, pattern, mode } = basis;
  const { code, message } = refusal;
  return {
    ...{ rule, index, pattern, mode },
    async verify(model, given, options = {}) {
      const { signatures } = checkJudging(model, given, options);
      const notCounted = signatures.map(({ name }) => ({
        signature: name,
        signer: null,
        identity: null,
        code,
        message,
      }));
      return { ...basis, counted: [], notCounted, attestations: null, verification: null, refusal };
    },
  };
}

/** Judges models by the requirements of a rule. */
function judging(
  policy: Policy,
  basis: Basis,
  require: PolicyRequirements,
  { openSigstore, now }: { readonly openSigstore: OpenSigstore | undefined; readonly now: () => Date },
): PolicyVerifier {
  const signers = require.signedBy.map((each) => signerOf(policy, each));
  const attesters = require.attestations.flatMap(({ signedBy }) => signedBy.map((each) => signerOf(policy, each)));
  const needing = [...signers, ...attesters].find(({ method }) => method === 'sigstore');
  if (needing && openSigstore === undefined) throw missingSigstore(needing);
  const verifiers = new SignerVerifiers(openSigstore);
  const { rule, index, pattern, mode, enforced } = basis;
  return {
    ...{ rule, index, pattern, mode },
    async verify(model, given, givenOptions = {}) {
      const { signatures, options } = checkJudging(model, given, givenOptions);
      const { draft, attestations = [], ...reading } = options;
      const opening = { policy, require, signers, verifiers, now: timeOf(now), draft, signal: reading.signal };
      const result = await evaluate(model, { signatures, attestations }, basis, opening, reading);
      if (result.refusal !== null && enforced) throw result.refusal;
      return result;
    },
  };
}

function timeOf(clock: () => Date): Date {
  const time = clock();
  checkArgument('the time that the option now returned', time, validDate);
  return time;
}

/** @throws {TypeError} for a policy that `loadPolicy` did not return */
function signerOf({ signers }: Policy, name: string): PolicySigner {
  const signer = signers.get(name);
  if (signer) return signer;
  throw new TypeError(`the policy has no signer ${name}, which a rule names`);
}
