export { type CheckPolicyOptions, checkPolicy } from './check.ts';
export {
  type CountedSignature,
  evaluationOf,
  type PolicyEvaluation,
  type PolicyRefusal,
  type PolicyVerification,
  type TimeSource,
  type UncountedSignature,
} from './evaluation.ts';
export {
  type ExplainedCertificate,
  type ExplainedRequirements,
  type ExplainedRevocation,
  type ExplainedSigner,
  type ExplainedText,
  explainPolicy,
  type PolicyExplanation,
} from './explain.ts';
export type {
  CountedAttestation,
  JudgedAttestations,
  JudgedRequirement,
  PolicyAttestation,
  PolicyAttestations,
  UncountedAttestation,
} from './judged-attestations.ts';
export type { PolicySignature } from './judgement.ts';
export { type LoadPolicyOptions, loadPolicy } from './load.ts';
export { isInOtherCase, type MatchedRule, matchRule } from './match.ts';
export type {
  ExpectedText,
  Policy,
  PolicyCertificate,
  PolicyCertificateSigner,
  PolicyKeySigner,
  PolicyMode,
  PolicyRequirements,
  PolicyRevocations,
  PolicyRule,
  PolicySigner,
  PolicySigstoreSigner,
  RequiredAttestation,
} from './policy.ts';
export { PolicyError, type PolicyErrorOptions } from './policy-error.ts';
export type { PolicyErrorCode } from './policy-error-code.ts';
export { type PolicyVerifier, type PolicyVerifierOptions, policyVerifier } from './policy-verifier.ts';
export type { PolicyProblem, PolicyProblemCode } from './problem.ts';
export type { OpenSigstore } from './signer-verifiers.ts';
export {
  type AcceptedAttestation,
  type AcceptedSignature,
  type NamedSignature,
  type StatementJudge,
  type StatementJudgeOptions,
  type StatementRefusal,
  statementJudge,
} from './statement-judge.ts';
export type { PolicyVerifyOptions } from './verify-options.ts';
