export { type CheckPolicyOptions, checkPolicy } from './check.ts';
export {
  type ExplainedCertificate,
  type ExplainedRequirements,
  type ExplainedSigner,
  type ExplainedText,
  explainPolicy,
  type PolicyExplanation,
} from './explain.ts';
export { type LoadPolicyOptions, loadPolicy } from './load.ts';
export { type MatchedRule, matchRule } from './match.ts';
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
} from './policy.ts';
export { PolicyError, type PolicyErrorCode } from './policy-error.ts';
export type { PolicyProblem, PolicyProblemCode } from './problem.ts';
