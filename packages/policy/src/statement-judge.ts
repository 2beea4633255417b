import type { Attestation, Draft, SignedManifest } from '@model-signing/core';
import { aFunction, anAbortSignal, aString, checkArgument, checkEach, validDate } from '@model-signing/x509/options';
import { distinctSigners } from './distinct-signers.ts';
import type { UncountedSignature } from './evaluation.ts';
import type { PolicyAttestation } from './judged-attestations.ts';
import { type Eligible, isEligible, type PolicySignature, type Rejected } from './judgement.ts';
import { checkLoaded } from './loaded-policy.ts';
import { matchRule } from './match.ts';
import { type Opening, openSignatures } from './open-signatures.ts';
import type { Policy, PolicyRequirements, PolicyRule } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import type { PolicyVerifierOptions } from './policy-verifier.ts';
import { countFor, openOne, otherType } from './required-attestations.ts';
import { SignerVerifiers } from './signer-verifiers.ts';

export interface StatementJudgeOptions extends PolicyVerifierOptions {
  /** Also accept signatures of this draft of the format. */
  readonly draft?: Draft | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why a signature or attestation is not accepted. */
export type StatementRefusal = Pick<UncountedSignature, 'code' | 'message'>;

/** A signature that was opened by a signer of the rule. */
export interface AcceptedSignature {
  readonly signed: SignedManifest;
  /** The name of the signer in the policy. */
  readonly signer: string;
}

/** An attestation that was opened by a signer whom the rule names for its type. */
export interface AcceptedAttestation {
  readonly attestation: Attestation;
  readonly signer: string;
}

/** A signature, and what the caller calls the model that it is of. */
export interface NamedSignature extends PolicySignature {
  readonly model: string;
}

/** Judges who made statements about models, by a policy. No model is read, so that what a rule requires of files is left out. */
export interface StatementJudge {
  /**
   * Judges signatures, each by the rule for its model. Those of one rule and one root digest count together for its threshold.
   * @returns in the order of the signatures
   * @throws {OmsError} for what leaves no verdict, such as a trust root that cannot be read
   */
  signatures(given: readonly NamedSignature[]): Promise<(AcceptedSignature | StatementRefusal)[]>;
  /**
   * Judges an attestation by the rule for a model: it must be by a signer whom the rule names for attestations of its type.
   * @param model what the caller calls the model that it is about
   * @throws {OmsError} for what leaves no verdict
   */
  attestation(model: string, given: PolicyAttestation): Promise<AcceptedAttestation | StatementRefusal>;
}

/**
 * Makes what judges signatures and attestations by themselves, such as those of a lineage.
 * @throws {TypeError} for a wrong option
 *
 * @example
 * const policy = await loadPolicy(await readFile('policy.json'), { readFile: (path) => readFile(path) });
 * const judge = statementJudge(policy);
 * const signature = { model: 'hf://acme/my-model', name: 'model.sig', bundle: await readFile('model.sig') };
 * const [found] = await judge.signatures([signature]);
 * console.log(found && 'signed' in found ? `signed by ${found.signer}` : found?.message);
 */
export function statementJudge(policy: Policy, options: StatementJudgeOptions = {}): StatementJudge {
  checkLoaded(policy);
  const { openSigstore, now = () => new Date(), draft, signal } = checkEach(options, rules);
  const time = now();
  checkArgument('the time that the option now returned', time, validDate);
  return new Judge(policy, { verifiers: new SignerVerifiers(openSigstore), now: time, draft, signal });
}

const rules = { openSigstore: aFunction, now: aFunction, draft: aString, signal: anAbortSignal };

type Common = Pick<Opening, 'verifiers' | 'now' | 'draft' | 'signal'>;

class Judge implements StatementJudge {
  readonly #policy: Policy;
  readonly #common: Common;

  constructor(policy: Policy, common: Common) {
    this.#policy = policy;
    this.#common = common;
  }

  async signatures(given: readonly NamedSignature[]): Promise<(AcceptedSignature | StatementRefusal)[]> {
    const judged = new Map<NamedSignature, Rejected | Eligible | StatementRefusal>();
    const groups = new Map<string, { readonly rule: PolicyRule; readonly eligible: Eligible[] }>();
    for (const signature of given) {
      const rule = this.#rule(signature.model);
      if ('code' in rule) judged.set(signature, rule);
      else {
        const [one] = await openSignatures([signature], this.#opening(rule.require));
        judged.set(signature, one as Rejected | Eligible);
        if (one && isEligible(one)) groupOf(groups, rule, one).push(one);
      }
    }
    const tooFew = new Map([...groups.values()].flatMap(({ rule, eligible }) => belowThreshold(rule, eligible)));
    return given.map((signature) => resultOf(judged.get(signature) as Rejected | Eligible | StatementRefusal, tooFew));
  }

  async attestation(model: string, given: PolicyAttestation): Promise<AcceptedAttestation | StatementRefusal> {
    const rule = this.#rule(model);
    if ('code' in rule) return rule;
    const { attestations } = rule.require;
    if (attestations.length === 0) return refusal('policy/attestation', 'the rule names no signers of attestations');
    const opened = await openOne(given, this.#opening(rule.require), () => true);
    if ('code' in opened) return { code: opened.code, message: opened.message };
    const counted = attestations.map((each) => countFor(each, opened)).find((each) => each !== null);
    if (counted) return { attestation: opened.attestation, signer: counted.signer };
    const { code, message } = otherType(given, opened);
    return { code, message };
  }

  #rule(model: string): (PolicyRule & { readonly require: PolicyRequirements }) | StatementRefusal {
    try {
      const { rule } = matchRule(this.#policy, model);
      const { require } = rule;
      return require === null
        ? refusal('policy/rejected', 'the rule rejects every model of its names')
        : { ...rule, require };
    } catch (error) {
      if (error instanceof PolicyError) return refusal(error.code, error.message);
      throw error;
    }
  }

  #opening(require: PolicyRequirements): Opening {
    const signers = require.signedBy.flatMap((name) => this.#policy.signers.get(name) ?? []);
    return { policy: this.#policy, require, signers, ...this.#common };
  }
}

function refusal(code: StatementRefusal['code'], message: string): StatementRefusal {
  return { code, message };
}

function groupOf(
  groups: Map<string, { readonly rule: PolicyRule; readonly eligible: Eligible[] }>,
  rule: PolicyRule,
  { signed }: Eligible,
): Eligible[] {
  const key = JSON.stringify([rule.match, signed.manifest.rootDigest]);
  const group = groups.get(key) ?? { rule, eligible: [] };
  groups.set(key, group);
  return group.eligible;
}

/** The signatures of a model by too few different signers, each with the refusal. */
function belowThreshold(
  { require }: PolicyRule,
  eligible: readonly Eligible[],
): (readonly [Eligible, StatementRefusal])[] {
  const threshold = require?.threshold ?? 1;
  const count = distinctSigners(eligible).length;
  if (count >= threshold) return [];
  const few = refusal('policy/threshold', `the rule needs ${threshold} different signers, and there are ${count}`);
  return eligible.map((each) => [each, few]);
}

function resultOf(
  judged: Rejected | Eligible | StatementRefusal,
  tooFew: ReadonlyMap<Eligible, StatementRefusal>,
): AcceptedSignature | StatementRefusal {
  if ('code' in judged) return judged;
  if (!isEligible(judged)) return { code: judged.rejection.code, message: judged.rejection.message };
  const { signed, acceptances } = judged;
  return tooFew.get(judged) ?? { signed, signer: acceptances[0]?.signer.name ?? '' };
}
