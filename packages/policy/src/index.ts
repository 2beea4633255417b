export { PolicyError, type PolicyErrorCode } from './policy-error.ts';
