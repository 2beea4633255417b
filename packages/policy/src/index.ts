export { checkPolicy, type PolicyProblem, type PolicyProblemCode } from './check.ts';
export { type ExplainedSigner, explainPolicy, type PolicyExplanation } from './explain.ts';
export { type LoadPolicyOptions, loadPolicy } from './load.ts';
export { type MatchedRule, matchRule } from './match.ts';
export type {
  ExpectedText,
  Policy,
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
